"""The engine ``restricted``: RestrictedPython's transformer with this product's policy, compiled to bytecode."""

from .engine import Restricted

__all__ = ["Restricted"]
