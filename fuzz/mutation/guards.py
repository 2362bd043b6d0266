"""Mutants of what is written as code: a guard that never refuses, a check that is not made, a gate that is open.

A guard is an ``if`` that ends in a refusal; without it the condition never holds. The language wall refuses by
``refuse(code, what)``; the checks of frames, values, paths and arguments, and those of the jail, raise. An ``if`` of
the language wall that raises gives CPython's own error, which is no guard.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .mutant import Edit, Mutant
from .source import Source

NAME = "@@"
"""Stands in a probe for the name of its mutant."""
_REFUSERS = frozenset({"refuse", "_refuse"})
_CHECKERS = frozenset(
    """check check_bound check_bases check_code check_variable check_namespace _check_containers _refuse_descriptor
    _refuse_link close_class _close_order check_clock""".split()
)
_GATES = {
    "getattr": "getattr",
    "setattr": "setattr",
    "delattr": "delattr",
    "load": "getattr",
    "load_private": "getattr",
    "load_special": "getattr",
    "type_of": "type",
}
_PASSES = frozenset({"name", "keywords", "show_class", "seen_class", "plain_function", "real_metaclass"})
_RAISING = (
    "sandbox/protocol/",
    "sandbox/values/decode.py",
    "sandbox/values/fault.py",
    "sandbox/snapshot/document.py",
    "sandbox/jail/report.py",
    "sandbox/unbound.py",
    "sandbox/raw_memory.py",
    "sandbox/facades/array_members.py",
    "sandbox/facades/system.py",
    "executors/paths.py",
    "executors/arguments.py",
    "executors/toolbox.py",
    "executors/toolcalls.py",
    "executors/files.py",
    "executors/envelope.py",
    "executors/exchange.py",
)
_PREDICATES = ("sandbox/protocol/frames.py", "sandbox/jail/report.py", "sandbox/jail/rlimits.py", "executors/paths.py")
_MEMBERS = tuple(f"sandbox/facades/{name}_members.py" for name in ("array", "chart", "frame"))


def mutants(source: Source) -> Iterator[Mutant]:
    """Those of one file."""
    guarded = {id(node.body[-1]) for _, node in source.nodes if isinstance(node, ast.If)}
    for place, node in source.nodes:
        if isinstance(node, ast.If):
            yield from _guard(source, place, node)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from _statement(source, place, node, node.value, id(node) in guarded)
        if isinstance(node, ast.Attribute):
            yield from _gate(source, place, node)
        if isinstance(node, ast.Call):
            yield from _pass(source, place, node)
        if isinstance(node, ast.BoolOp) and source.path in _PREDICATES:
            yield from _parts(source, place, node)
        if isinstance(node, ast.Dict) and source.path in _MEMBERS:
            yield from _members(source, node)


def _name(call: ast.expr) -> str:
    if isinstance(call, ast.Call):
        call = call.func
    return call.attr if isinstance(call, ast.Attribute) else call.id if isinstance(call, ast.Name) else ""


def _refuses(source: Source, place: str, statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return _name(statement.value) in _REFUSERS
    if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Call):
        return _name(statement.value) in {"_refuse", "_error", "_escape"}
    if isinstance(statement, ast.Return) and source.path == "sandbox/protocol/frames.py":
        return place.startswith("problem") and statement.value is not None and not _is_none(statement.value)
    if isinstance(statement, ast.Raise) and isinstance(statement.exc, ast.Call):
        return source.path.startswith(_RAISING)
    return False


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _codes(source: Source, statement: ast.stmt) -> tuple[str, ...]:
    return tuple(
        each.value
        for each in ast.walk(statement)
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value.startswith("HC")
    )


def _guard(source: Source, place: str, node: ast.If) -> Iterator[Mutant]:
    if not _refuses(source, place, node.body[-1]):
        return
    test = source.of(node.test)
    yield Mutant(
        source.path,
        "guard",
        f"{place}: {source.short(node.test)}",
        (source.replaced(node.test, f"({test}) and False"),),
        _codes(source, node.body[-1]),
        source.replaced(node.test, f"_probe.holds({NAME}, ({test}))"),
    )


def _statement(source: Source, place: str, node: ast.Expr, call: ast.Call, guarded: bool) -> Iterator[Mutant]:
    what = f"{place}: {source.short(node)}"
    without = (source.replaced(node, "pass"),)
    if _name(call) in _REFUSERS and not guarded:
        start = source.span(node)[0]
        probe = Edit(start, start, f"_probe.holds({NAME}, True); ")
        yield Mutant(source.path, "refusal", what, without, _codes(source, node), probe)
    elif _name(call) in _CHECKERS:
        watched = source.replaced(call.func, f"_probe.raising({NAME}, {source.of(call.func)})")
        yield Mutant(source.path, "check", what, without, (), watched)


def _gate(source: Source, place: str, node: ast.Attribute) -> Iterator[Mutant]:
    """A use of the attribute gate, outside the gate itself, that becomes a native one."""
    native = _GATES.get(node.attr)
    receiver = source.of(node.value)
    if native is None or not receiver.endswith("guards") or source.path == "sandbox/guards.py":
        return
    watched = source.replaced(node, f"_probe.raising({NAME}, {source.of(node)})")
    yield Mutant(source.path, "gate", f"{place}: {source.of(node)}", (source.replaced(node, native),), (), watched)


def _pass(source: Source, place: str, node: ast.Call) -> Iterator[Mutant]:
    """A call that gives its argument back when it may be used."""
    name = _name(node)
    if name not in _PASSES or not node.args or not isinstance(node.func, (ast.Attribute, ast.Name)):
        return
    receiver = source.of(node.func).rpartition(".")[0]
    own = receiver == "self" and source.path == "sandbox/guards.py"
    if not (receiver.endswith("guards") or own or name == "plain_function"):
        return
    if source.path == "sandbox/guards.py" and name in ("show_class", "seen_class"):
        return
    watched = source.replaced(node.func, f"_probe.passing({NAME}, {source.of(node.func)})")
    given = source.of(node.args[-1] if name == "plain_function" else node.args[0])
    edit = source.replaced(node, f"({given})")
    yield Mutant(source.path, "check", f"{place}: {source.short(node)}", (edit,), (), watched)


def _parts(source: Source, place: str, node: ast.BoolOp) -> Iterator[Mutant]:
    """One part of what must hold together, or of what may stand in for another."""
    always = "True" if isinstance(node.op, ast.And) else "False"
    watch = "lacks" if isinstance(node.op, ast.And) else "holds"
    for each in node.values:
        text = source.of(each)
        probe = source.replaced(each, f"_probe.{watch}({NAME}, ({text}))")
        what = f"{place}: {source.short(each)}"
        yield Mutant(source.path, "part", what, (source.replaced(each, always),), (), probe)


def _members(source: Source, node: ast.Dict) -> Iterator[Mutant]:
    """A method of a third-party class that comes checked, and comes as it is instead."""
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and not isinstance(value, ast.Constant):
            text = source.of(value)
            edit = source.replaced(value, "(lambda runtime, value, native: native)")
            probe = source.replaced(value, f"_probe.called({NAME}, {text})")
            what = f"{key.value}: {source.short(value)}"
            yield Mutant(source.path, "member", what, (edit,), (key.value,), probe)
