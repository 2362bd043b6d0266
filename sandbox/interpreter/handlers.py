"""``try`` in all its forms, and ``with``.

Invariants: Stop passes every guest handler, ``finally`` and ``__exit__`` untouched; handlers run inside a native
``except`` clause, so bare ``raise``, ``__context__`` and ``sys.exc_info`` are CPython's own.
"""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Sequence
from typing import Any

from ..engine import Stop
from ..guards import Guards
from ..special_methods import manager
from .shapes import FILENAME, Operand, Run, close, constant, join
from .statements import RAISING, block, signals
from .targets import delete_name, place_target, target
from .unit import STATEMENTS, Unit, at, compiles, leaves, with_at

_mro = type.__dict__["__mro__"].__get__
_class_dict = type.__dict__["__dict__"].__get__
_exception_dict = BaseException.__dict__["__dict__"].__get__
_NOT_CAUGHT = "catching classes that do not inherit from BaseException is not allowed"
_NOT_CAUGHT_STAR = "catching ExceptionGroup with except* is not allowed. Use except instead."


def matches(error: BaseException, wanted: Any) -> bool:
    """Whether an ``except wanted:`` clause takes the error, by real inheritance."""
    classes = wanted if isinstance(wanted, tuple) else (wanted,)
    for each in classes:
        if not isinstance(each, type) or BaseException not in _mro(each):
            raise TypeError(_NOT_CAUGHT)
    mro = _mro(type(error))
    return any(each in mro for each in classes)


def _has_own(error: BaseExceptionGroup[Any], method: str) -> bool:
    owner = next(each for each in _mro(type(error)) if method in _class_dict(each))
    return owner is not BaseExceptionGroup or method in _exception_dict(error)


def star_types(guards: Guards, alone: bool, wanted: Any) -> Any:
    """The classes of an ``except*`` clause, after letting a Stop through.

    CPython before 3.13.2 takes whatever ``split`` of a group gives for a tuple, and crashes. What the clauses after the
    first one split was made by ``derive``, and may be of another class than the match, which alone is seen here.

    Raises:
        TypeError: as CPython does.
        Stop: guest code has replaced one of the two.
    """
    error = sys.exc_info()[1]
    if isinstance(error, Stop):
        raise error
    if isinstance(error, BaseExceptionGroup):
        for method in ("split",) if alone else ("split", "derive"):
            if _has_own(error, method):
                guards.refuse("HC106", f"except* over a group with a {method!r} of its own")
    for each in wanted if isinstance(wanted, tuple) else (wanted,):
        if not isinstance(each, type) or BaseException not in _mro(each):
            raise TypeError(_NOT_CAUGHT)
        if BaseExceptionGroup in _mro(each):
            raise TypeError(_NOT_CAUGHT_STAR)
    return wanted


# -- try
class HandlerText:
    """The template lines of the ``except`` clauses of one ``try``. ``call`` is how a handler's body is run."""

    def __init__(self, unit: Unit, first_value: int, call: str = "{run}(frame)") -> None:
        self.unit = unit
        self.call = call
        self.first = first_value
        self.operands: list[Operand] = []
        self.values: list[Any] = []

    def value(self, value: Any) -> str:
        """Note an extra value; its name in the template."""
        self.values.append(value)
        return f"v{self.first + len(self.values) - 1}"

    def operand(self, operand: Operand) -> str:
        """Note an operand; its placeholder in the template."""
        self.operands.append(operand)
        return f"{{{len(self.operands) - 1}}}"

    def clause(self, handler: ast.ExceptHandler, body: Run, call: str) -> list[str]:
        """The lines that bind the name, run the body and leave its signal in ``s``."""
        run = call.format(run=self.value(body))
        if handler.name is None:
            return [f"s = {run}"]
        place = self.operand(place_target(self.unit, handler.name))
        forget = self.value(delete_name(self.unit, handler.name, handler))
        return [f"{place} = e", "try:", f" s = {run}", "finally:", f" {place} = None", f" {forget}(frame)"]

    def star_clause(self, handler: ast.ExceptHandler, body: Run, call: str) -> list[str]:
        """The lines of an ``except*`` clause. CPython tells what a bare ``raise`` raises again from a new exception
        by its traceback, so the frames of templates are taken off it.
        """
        caught, test = self.value(BaseException), self.value(raised_again)
        lines = [f" {line}" for line in self.clause(handler, body, call)]
        lines += [f"except {caught} as x:", f" if {test}(x, e, before): x.__traceback__ = before", " raise"]
        return ["before = e.__traceback__", "try:", *lines]


def raised_again(error: BaseException, caught: BaseException, before: types.TracebackType | None) -> bool:
    """Whether a bare ``raise`` of the handler itself raised what it had caught, with this traceback, again."""
    if error.__cause__ is not caught.__cause__ or error.__context__ is not caught.__context__:
        return False
    link = error.__traceback__
    while link is not None and link is not before:
        code = link.tb_frame.f_code
        if code.co_filename != FILENAME or (link.tb_next is before and code in RAISING):
            return False
        link = link.tb_next
    return link is before and isinstance(error, BaseExceptionGroup)


@compiles(STATEMENTS, ast.Try)
def try_statement(unit: Unit, node: ast.Try) -> Run:
    if not node.handlers:
        branches = unit.branches()
        body = block(unit, node.body)
        after = unit.definite
        unit.definite = set(branches.before)
        return finally_around(unit, body, node, after)
    branches = unit.branches()
    body = block(unit, node.body)
    orelse = block(unit, node.orelse) if node.orelse else None
    branches.end(leaves(node.orelse or node.body))
    text = HandlerText(unit, 3)
    lines = ["try:", " s = v0(frame)", "except v1: raise", "except v2 as e:"]
    for number, handler in enumerate(node.handlers):
        branches.begin()
        word = "if" if number == 0 else "elif"
        if handler.type is None:
            lines.append(" if True:" if number == 0 else " else:")
        else:
            test = join("{0}(e, {1})", [constant(matches), unit.operand(handler.type)], at(handler))
            lines.append(f" {word} {text.operand(test)}:")
        lines += [f"  {line}" for line in text.clause(handler, block(unit, handler.body), text.call)]
        branches.end(leaves(handler.body))
    if node.handlers[-1].type is not None:
        lines.append(" else: raise")
    lines.append("else:")
    lines.append(f" if s is None: return {text.value(orelse)}(frame)" if orelse else " return s")
    lines.append("return s")
    branches.close()
    after = unit.definite
    run = close("\n".join(lines), text.operands, [body, Stop, BaseException, *text.values], owner=unit.owner)
    if not node.finalbody:
        return run
    unit.definite = set(branches.before)
    return finally_around(unit, run, node, after)


def finally_around(unit: Unit, run: Run, node: ast.Try | ast.stmt, after: set[Any]) -> Run:
    """``run`` with the statement's ``finally`` block around it."""
    finalbody: list[ast.stmt] = node.finalbody  # type: ignore[union-attr]
    before = set(unit.definite)
    final = block(unit, finalbody)
    unit.definite = after | (unit.definite - before)
    if any(signals(each) for each in finalbody):
        text = "try: s = v0(frame)\nexcept v1: raise\nexcept v2:\n t = v3(frame)\n if t is not None: return t\n raise"
        text += "\nt = v3(frame)\nreturn s if t is None else t"
    else:
        text = "try: s = v0(frame)\nexcept v1: raise\nexcept v2:\n v3(frame)\n raise\nv3(frame)\nreturn s"
    return close(text, [], [run, Stop, BaseException, final], owner=unit.owner)


@compiles(STATEMENTS, ast.TryStar)
def try_star(unit: Unit, node: ast.TryStar) -> Run:
    branches = unit.branches()
    body = block(unit, node.body)
    orelse = block(unit, node.orelse) if node.orelse else None
    branches.end(leaves(node.orelse or node.body))
    text = HandlerText(unit, 1)
    lines = ["try:", " s = v0(frame)"]
    for handler in node.handlers:
        assert handler.type is not None
        branches.begin()
        parts = [star_types, unit.runtime.guards, len(node.handlers) == 1]
        wanted = join("{0}({1}, {2}, {3})", [*map(constant, parts), unit.operand(handler.type)], at(handler))
        lines.append(f"except* {text.operand(wanted)} as e:")
        lines += [f" {line}" for line in text.star_clause(handler, block(unit, handler.body), text.call)]
        branches.end()
    lines.append("else:")
    lines.append(f" if s is None: s = {text.value(orelse)}(frame)" if orelse else " pass")
    lines.append("return s")
    branches.close()
    after = set(branches.before)
    run = close("s = None\n" + "\n".join(lines), text.operands, [body, *text.values], owner=unit.owner)
    unit.definite = set(branches.before)
    return finally_around(unit, run, node, after) if node.finalbody else run


# -- with
@compiles(STATEMENTS, ast.With)
def with_statement(unit: Unit, node: ast.With) -> Run:
    return with_items(unit, node.items, node.body, node)


def with_items(unit: Unit, items: Sequence[ast.withitem], body: Sequence[ast.stmt], node: ast.stmt) -> Run:
    """Nested managers, the first one outermost."""
    item = items[0]
    operands = [unit.operand(item.context_expr)]
    before = set(unit.definite)
    bind = "pass"
    if item.optional_vars is not None:
        operands.append(target(unit, item.optional_vars))
        bind = "{1} = value"
    run = with_items(unit, items[1:], body, node) if items[1:] else block(unit, body)
    unit.definite = before
    text = f"""enter, leave = v0({{0}})
value = enter()
enter = None
try:
 {bind}
 value = None
 s = v1(frame)
except v2: raise
except v3 as e:
 if not leave(v4(e), e, e.__traceback__): raise
 return None
leave(None, None, None)
return s"""
    values = [manager, run, Stop, BaseException, type]
    return close(text, operands, values, with_at(item, node), owner=unit.owner)
