"""``match``: patterns compiled to functions of frame and subject.

Invariants: names are bound only when the whole pattern has matched; attributes are read through the gate; the
sequence, mapping and self-matching flags of classes are the interpreter's own type flags.
"""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

from .conditions import truth_closure
from .shapes import FILENAME, UNSET, Frame, Position, Run, close, closure_of, define
from .statements import block
from .targets import place_target
from .unit import PATTERNS, STATEMENTS, Unit, at, compiles, leaves, unreviewed

Captures = dict[str, Any]
Match = Callable[[Frame, Any, Captures], bool]

_NOT_A_CLASS = f"called match pattern must be a {'class' if sys.version_info >= (3, 12) else 'type'}"
_flags = type.__dict__["__flags__"].__get__
SEQUENCE, MAPPING, MATCH_SELF = 1 << 5, 1 << 6, 1 << 22
"""Py_TPFLAGS_SEQUENCE, Py_TPFLAGS_MAPPING and _Py_TPFLAGS_MATCH_SELF of CPython's object.h."""


def placed(node: ast.pattern) -> Callable[[Any], Match]:
    """Note where a pattern stands, for tracebacks, in what matches it: as templates do, in the name ``at``."""

    def note(match: types.FunctionType) -> Match:
        code = match.__code__.replace(co_filename=FILENAME, co_name="run")
        return types.FunctionType(code, match.__globals__, "run", (at(node),), match.__closure__)

    return note


def pattern(unit: Unit, node: ast.pattern) -> Match:
    """A pattern as a function that tells whether it matches and notes its captures."""
    match: Match = PATTERNS.get(type(node), unreviewed)(unit, node)  # type: ignore[assignment]
    return match


@compiles(PATTERNS, ast.MatchValue)
def match_value(unit: Unit, node: ast.MatchValue) -> Match:
    run = closure_of(unit.operand(node.value))

    @placed(node)
    def equal(frame: Frame, subject: Any, captures: Captures, at: Position | None = None) -> bool:
        return bool(subject == run(frame))

    return equal


@compiles(PATTERNS, ast.MatchSingleton)
def match_singleton(unit: Unit, node: ast.MatchSingleton) -> Match:
    value = node.value
    return lambda frame, subject, captures: subject is value


@compiles(PATTERNS, ast.MatchAs)
def match_as(unit: Unit, node: ast.MatchAs) -> Match:
    name = node.name
    if node.pattern is None:
        if name is None:
            return lambda frame, subject, captures: True

        def capture(frame: Frame, subject: Any, captures: Captures) -> bool:
            captures[name] = subject
            return True

        return capture
    inner = pattern(unit, node.pattern)

    def matched(frame: Frame, subject: Any, captures: Captures) -> bool:
        if not inner(frame, subject, captures):
            return False
        assert name is not None
        captures[name] = subject
        return True

    return matched


@compiles(PATTERNS, ast.MatchOr)
def match_or(unit: Unit, node: ast.MatchOr) -> Match:
    alternatives = [pattern(unit, each) for each in node.patterns]
    return lambda frame, subject, captures: any(each(frame, subject, captures) for each in alternatives)


@compiles(PATTERNS, ast.MatchSequence)
def match_sequence(unit: Unit, node: ast.MatchSequence) -> Match:
    """As CPython does: wildcards alone look at nothing, a wildcard star subscripts, everything else unpacks."""
    patterns, size = node.patterns, len(node.patterns)
    star = next((k for k, each in enumerate(patterns) if isinstance(each, ast.MatchStar)), None)
    wild = [_is_wildcard(each) for each in patterns]
    needed = size if star is None else size - 1
    measured = star is None or size > 1
    parts = [_starred(each) if isinstance(each, ast.MatchStar) else pattern(unit, each) for each in patterns]
    if all(wild):
        items: Callable[[Any], Sequence[Any]] = lambda subject: ()  # noqa: E731
        parts = []
    elif star is not None and wild[star]:
        places = [(k if k < star else k - size) for k in range(size) if not wild[k]]
        parts = [part for part, skipped in zip(parts, wild, strict=True) if not skipped]
        return _subscripted(node, parts, places, needed, measured)
    else:
        items = _unpacking(size, star)

    @placed(node)
    def unpacked(frame: Frame, subject: Any, captures: Captures, at: Position | None = None) -> bool:
        if not _flags(type(subject)) & SEQUENCE:
            return False
        if measured and (len(subject) < needed if star is not None else len(subject) != needed):
            return False
        return all(part(frame, item, captures) for part, item in zip(parts, items(subject), strict=True))

    return unpacked


def _subscripted(
    node: ast.pattern, parts: Sequence[Match], places: Sequence[int], needed: int, measured: bool
) -> Match:
    """A sequence pattern with a wildcard star; places behind it are negative."""

    @placed(node)
    def subscripted(frame: Frame, subject: Any, captures: Captures, at: Position | None = None) -> bool:
        if not _flags(type(subject)) & SEQUENCE or (measured and len(subject) < needed):
            return False
        return all(
            part(frame, subject[place if place >= 0 else len(subject) + place], captures)
            for part, place in zip(parts, places, strict=True)
        )

    return subscripted


def _is_wildcard(node: ast.pattern) -> bool:
    if isinstance(node, ast.MatchStar):
        return node.name is None
    return isinstance(node, ast.MatchAs) and node.pattern is None and node.name is None


def _starred(node: ast.MatchStar) -> Match:
    name = node.name

    def capture(frame: Frame, subject: Any, captures: Captures) -> bool:
        if name is not None:
            captures[name] = subject
        return True

    return capture


def _unpacking(size: int, star: int | None) -> Callable[[Any], Sequence[Any]]:
    """A function that unpacks a subject natively, with CPython's own errors."""
    names = [("*" if k == star else "") + f"e{k}" for k in range(size)]
    values = ", ".join(f"e{k}" for k in range(size))
    return define(f"def unpack(subject):\n    [{', '.join(names)}] = subject\n    return ({values},)\n", "unpack")


@compiles(PATTERNS, ast.MatchMapping)
def match_mapping(unit: Unit, node: ast.MatchMapping) -> Match:
    keys = [unit.run(key) for key in node.keys]
    parts = [pattern(unit, each) for each in node.patterns]
    rest = node.rest

    @placed(node)
    def mapping(frame: Frame, subject: Any, captures: Captures, at: Position | None = None) -> bool:
        if not _flags(type(subject)) & MAPPING or (keys and len(subject) < len(keys)):
            return False
        wanted = [key(frame) for key in keys]
        values: list[Any] = []
        seen: set[Any] = set()
        get: Any = subject.get if wanted else None
        for key in wanted:
            if key in seen:
                raise ValueError(f"mapping pattern checks duplicate key ({key!r})")
            seen.add(key)
            value = get(key, UNSET)
            if value is UNSET:
                return False
            values.append(value)
        if not all(part(frame, value, captures) for part, value in zip(parts, values, strict=True)):
            return False
        if rest is not None:
            captures[rest] = remaining = dict(subject)
            for key in wanted:
                del remaining[key]
        return True

    return mapping


@compiles(PATTERNS, ast.MatchClass)
def match_class(unit: Unit, node: ast.MatchClass) -> Match:
    cls_run = unit.run(node.cls)
    positional = [pattern(unit, each) for each in node.patterns]
    keywords = list(node.kwd_attrs)  # CPython does not mangle them
    parts = [pattern(unit, each) for each in node.kwd_patterns]
    read = unit.runtime.guards.getattr

    @placed(node)
    def instance(frame: Frame, subject: Any, captures: Captures, at: Position | None = None) -> bool:
        cls = cls_run(frame)
        if not isinstance(cls, type):
            raise TypeError(_NOT_A_CLASS)
        if not isinstance(subject, cls):
            return False
        names = match_args(cls, len(positional)) if positional else ()
        seen = set()
        values = []
        for name in (*names, *keywords):
            if name in seen:
                raise TypeError(f"{cls.__name__}() got multiple sub-patterns for attribute {name!r}")
            if name is None:
                values.append(subject)
                continue
            seen.add(name)
            value = read(subject, name, UNSET)
            if value is UNSET:
                return False
            values.append(value)
        return all(part(frame, v, captures) for part, v in zip([*positional, *parts], values, strict=True))

    return instance


def match_args(cls: type, count: int) -> Sequence[str | None]:
    """The attribute names of positional sub-patterns; None stands for the subject itself."""
    names = getattr(cls, "__match_args__", None)
    if names is None:
        itself = bool(_flags(cls) & MATCH_SELF)
        allowed = 1 if itself else 0
        if count > allowed:
            raise _too_many(cls, allowed, count)
        return (None,)
    if type(names) is not tuple:
        raise TypeError(f"{cls.__name__}.__match_args__ must be a tuple (got {type(names).__name__})")
    if count > len(names):
        raise _too_many(cls, len(names), count)
    for name in names[:count]:
        if type(name) is not str:
            raise TypeError(f"__match_args__ elements must be strings (got {type(name).__name__})")
    return names[:count]


def _too_many(cls: type, allowed: int, given: int) -> TypeError:
    plural = "" if allowed == 1 else "s"
    return TypeError(f"{cls.__name__}() accepts {allowed} positional sub-pattern{plural} ({given} given)")


def captured_names(node: ast.AST) -> list[str]:
    """The names that a pattern binds, each once, in the order in which CPython binds them."""
    found = [name for child in ast.iter_child_nodes(node) for name in captured_names(child)]
    name = node.rest if isinstance(node, ast.MatchMapping) else getattr(node, "name", None)
    if isinstance(node, ast.pattern) and name is not None:
        found.append(name)
    return list(dict.fromkeys(found))


Test = Callable[[Frame, Any], bool]


def case_test(unit: Unit, node: ast.match_case) -> Test:
    """A closure of ``[frame, subject]`` that matches, binds and tests the guard."""
    bound = pattern_test(unit, node.pattern)
    if node.guard is None:
        return bound
    guard = truth_closure(unit, node.guard)

    def test(frame: Frame, subject: Any) -> bool:
        return bound(frame, subject) and bool(guard(frame))

    return test


def pattern_test(unit: Unit, node: ast.pattern) -> Test:
    """A closure of ``[frame, subject]`` that matches and binds."""
    match = pattern(unit, node)
    names = captured_names(node)
    binders = [close("{0} = frame[v0]", [place_target(unit, name)], [-1]) for name in names]

    def test(frame: Frame, subject: Any) -> bool:
        captures: Captures = {}
        if not match(frame, subject, captures):
            return False
        for name, bind in zip(names, binders, strict=True):
            frame.append(captures[name])
            bind(frame)
            frame.pop()
        return True

    return test


@compiles(STATEMENTS, ast.Match)
def match_statement(unit: Unit, node: ast.Match) -> Run:
    subject = unit.operand(node.subject)
    lines = ["subject = {0}"]
    values: list[Any] = []
    branches = unit.branches()
    for case in node.cases:
        branches.begin()
        test = case_test(unit, case)
        body = block(unit, case.body)
        branches.end(leaves(case.body))
        lines.append(f"if v{len(values)}(frame, subject): return v{len(values) + 1}(frame)")
        values += [test, body]
    branches.begin()
    branches.end()
    branches.close()
    return close("\n".join(lines), [subject], values, at(node.subject))
