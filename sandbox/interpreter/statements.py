"""Simple statements, blocks, branches and loops.

Invariants: a statement's closure returns None or a signal (see ``signals``); every loop turn advances the budget by
exactly one; a block checks for signals only after statements that can give one.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Sequence
from typing import Any

from .conditions import truth
from .shapes import Run, close
from .signals import BREAK, CONTINUE, RETURN_NONE
from .targets import place_target
from .unit import STATEMENTS, Unit, assert_at, at, compiles, leaves, test_at

_CHUNK = 12


# -- blocks
_SIGNALLING = frozenset({ast.Return, ast.Break, ast.Continue})
_COMPOUND = frozenset(
    {ast.If, ast.For, ast.While, ast.Try, ast.TryStar, ast.With, ast.AsyncFor, ast.AsyncWith, ast.Match,
     ast.ExceptHandler, ast.match_case}
)  # fmt: skip


def signals(node: ast.AST) -> bool:
    """Whether a statement's closure can return a signal."""
    if type(node) not in _COMPOUND:
        return type(node) in _SIGNALLING
    blocks = (getattr(node, field, ()) for field in ("body", "orelse", "handlers", "finalbody", "cases"))
    return any(signals(child) for block in blocks for child in block)


def is_empty(node: ast.stmt) -> bool:
    """Statements that do nothing when they run."""
    if isinstance(node, (ast.Pass, ast.Global, ast.Nonlocal)):
        return True
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def block(unit: Unit, body: Sequence[ast.stmt]) -> Run:
    """Statements in order, up to the first signal."""
    return sequence([(unit.statement(node), signals(node)) for node in body if not is_empty(node)])


def sequence(parts: list[tuple[Run, bool]]) -> Run:
    """Closures in order; the flag tells which can return a signal."""
    if not parts:
        return close("return None")
    if len(parts) == 1:
        return parts[0][0]
    if len(parts) > _CHUNK:
        groups = [parts[k : k + _CHUNK] for k in range(0, len(parts), _CHUNK)]
        return sequence([(sequence(group), any(flag for _, flag in group)) for group in groups])
    lines = []
    for number, (_, can_signal) in enumerate(parts[:-1]):
        lines.append(f"s = v{number}(frame)\nif s is not None: return s" if can_signal else f"v{number}(frame)")
    lines.append(f"return v{len(parts) - 1}(frame)")
    return close("\n".join(lines), [], [run for run, _ in parts])


# -- simple statements
@compiles(STATEMENTS, ast.Pass, ast.Global, ast.Nonlocal)
def nothing(unit: Unit, node: ast.stmt) -> Run:
    return close("return None")


@compiles(STATEMENTS, ast.Expr)
def expression(unit: Unit, node: ast.Expr) -> Run:
    value = unit.operand(node.value)
    # A traceback may keep the template's frame, which must not keep the object whose method was called.
    return close("{0}\nowner = None" if "owner :=" in value.text else "{0}", [value], at=at(node))


@compiles(STATEMENTS, ast.Return)
def returned(unit: Unit, node: ast.Return) -> Run:
    if node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None):
        return close("return v0", [], [RETURN_NONE])
    value = unit.operand(node.value)
    return close("value = {0}\nreturn v0 if value is None else value", [value], [RETURN_NONE], at(node))


@compiles(STATEMENTS, ast.Break)
def broken(unit: Unit, node: ast.Break) -> Run:
    return close("return v0", [], [BREAK])


@compiles(STATEMENTS, ast.Continue)
def continued(unit: Unit, node: ast.Continue) -> Run:
    return close("return v0", [], [CONTINUE])


RAISING: set[types.CodeType] = set()
"""The templates of ``raise`` with an exception; a bare one leaves no entry in a traceback."""


@compiles(STATEMENTS, ast.Raise)
def raised(unit: Unit, node: ast.Raise) -> Run:
    operands = [unit.operand(part) for part in (node.exc, node.cause) if part is not None]
    text = ["raise", "raise {0}", "raise {0} from {1}"][len(operands)]
    run: Any = close(text, operands, at=at(node))
    if operands:
        RAISING.add(run.__code__)
    return run  # type: ignore[no-any-return]


@compiles(STATEMENTS, ast.Assert)
def asserted(unit: Unit, node: ast.Assert) -> Run:
    test = truth(unit, node.test)
    if node.msg is None:
        return close("if {0}: return\nraise v0", [test], [AssertionError], assert_at(node))
    branches = unit.branches()
    message = unit.operand(node.msg)
    unit.definite = branches.before
    return close("if {0}: return\nraise v0({1})", [test, message], [AssertionError], assert_at(node))


# -- branches and loops
@compiles(STATEMENTS, ast.If)
def branch(unit: Unit, node: ast.If) -> Run:
    test = truth(unit, node.test)
    branches = unit.branches()
    yes = block(unit, node.body)
    branches.end(leaves(node.body))
    branches.begin()
    no = block(unit, node.orelse) if node.orelse else None
    branches.end(leaves(node.orelse))
    branches.close()
    if no is None:
        return close("if {0}: return v0(frame)", [test], [yes], test_at(node))
    return close("if {0}: return v0(frame)\nreturn v1(frame)", [test], [yes, no], test_at(node))


def loop_body(body: Sequence[ast.stmt], call: str) -> str:
    """The lines inside a loop's template: run the body, obey its signal. ``v1`` break, ``v2`` continue."""
    if not any(signals(node) for node in body):
        return f" {call}"
    return f" s = {call}\n if s is not None:\n  if s is v1: break\n  if s is not v2: return s"


# -- imports
@compiles(STATEMENTS, ast.Import)
def imports(unit: Unit, node: ast.Import) -> Run:
    steps = []
    for alias in node.names:
        bound = alias.asname or alias.name.split(".")[0]
        load = unit.runtime.import_as if alias.asname else unit.runtime.import_module
        steps.append(close("{0} = v0(v1)", [place_target(unit, bound)], [load, alias.name], at(node)))
    return sequence([(step, False) for step in steps])


@compiles(STATEMENTS, ast.ImportFrom)
def imports_from(unit: Unit, node: ast.ImportFrom) -> Run:
    if node.module == "__future__":
        return close("return None")
    steps = []
    for alias in node.names:
        place = place_target(unit, alias.asname or alias.name)
        values = [unit.runtime.import_from, node.module or "", alias.name]
        steps.append(close("{0} = v0(v1, v2)", [place], values, at(node)))
    return sequence([(step, False) for step in steps])
