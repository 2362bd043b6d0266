"""The AST interpreter: guest code becomes nested closures once, and no guest bytecode ever runs."""

from .interpreter import Interpreter

__all__ = ["Interpreter"]
