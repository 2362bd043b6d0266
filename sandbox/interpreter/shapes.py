"""Closures by shape: a short template of our own, compiled once, then closed over the operands of each node.

An expression such as ``a + 1`` with a local and a constant becomes the template ``frame[a0] + a1`` closed over a slot
number and a value, instead of three nested calls. The text of a template comes from this package alone: guest
constants and slots enter as closed-over values, and a guest's attribute names (checked identifiers) are put into a
copy of the code object's name table, never into text. The dead name ``at`` after each return keeps the node's
position in the closure, at no run-time cost, for tracebacks; where parts of a template belong to other nodes, it keeps
their spots too, and the failing instruction of the template tells which part it was (``spots``).

Invariants: templates run with no builtins and no globals of their own, so a leaked ``__globals__`` gives nothing.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

Frame = list[Any]
Run = Callable[[Frame], Any]
Position = tuple[int, int, int, int]
"""First line, first column, last line, last column of a node, as ``ast`` counts them (columns in UTF-8 bytes)."""

Spot = tuple[str, Position]
"""A part of a template that stands for a node of its own: its text, with ``{0}``, ``{1}`` … for values, and where."""

Owner = tuple[str, str]
"""The guest's file and function that a template belongs to."""

Place = Position | tuple[Position | None, str, tuple[tuple[int, int, tuple[Spot, ...]], ...], Owner | None, None]
"""What ``at`` holds: a position; or that, the template's text, spots with the numbers of their values, and an owner."""

FILENAME = "<hardcell shape>"
"""File name of templates."""

CELL = "<cell "
"""Beginning of every guest file name."""


AT = ".at"
"""Name of the place that a function which is one template itself is closed over."""


def _quiet_import(name: str, *_: Any) -> None:
    """What C code finds as ``__import__`` below a template: it may load what it needs lazily, and hands out nothing.

    ``PyImport_Import`` calls it for the side effect and takes the module from ``sys.modules`` itself.
    """
    if name not in sys.modules:
        if name not in _LAZY_IMPORTS_OF_C:
            raise ImportError(f"no module named {name!r}")
        importlib.import_module(name)


_LAZY_IMPORTS_OF_C = frozenset({"_strptime", "_pydatetime", "_pydecimal", "locale", "encodings.idna", "stringprep"})

NOTHING: dict[str, Any] = {"__builtins__": {"__import__": _quiet_import}, "__name__": "__main__"}
"""The globals of every template, and of every function that guests get."""


class _Unset:
    """The value of a variable that has none."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<unset>"


UNSET: Any = _Unset()


@dataclasses.dataclass(slots=True)
class Operand:
    """How an expression is reached inside a template: ``text`` over numbered ``values``.

    ``text`` has ``{0}``, ``{1}``, … where its values' names go. A full closure is ``"{0}(frame)"``. ``spots`` are
    those parts of the text that can fail by themselves. ``attributes`` are the values whose names the text also has
    after a dot: there, they stand for the attribute of that name.
    """

    text: str
    values: tuple[Any, ...]
    spots: tuple[Spot, ...] = ()
    attributes: tuple[int, ...] = ()


_CALL = "{0}(frame)"
_SLOT = "frame[{0}]"


def placed(operand: Operand, at: Position) -> Operand:
    """The operand, with a spot for all of it where it has none."""
    return operand if operand.spots else dataclasses.replace(operand, spots=((operand.text, at),))


def call(run: Run) -> Operand:
    """The operand of a closure."""
    return Operand(_CALL, (run,))


def slot(number: int) -> Operand:
    """The operand of a local variable that surely has a value."""
    return Operand(_SLOT, (number,))


def is_slot(operand: Operand) -> bool:
    """Whether the operand is a local variable, which has the same value when it is read again."""
    return operand.text == _SLOT


def is_still(operand: Operand) -> bool:
    """Whether the operand may stand in a text twice: a local variable or a constant."""
    return operand.text in (_SLOT, "{0}")


def constant(value: Any) -> Operand:
    """The operand of a constant."""
    return Operand("{0}", (value,))


@functools.lru_cache(maxsize=1 << 14)
def _moved(text: str, first: int, values: int) -> str:
    """An operand's text or spot with its values' numbers counted from ``first``."""
    return text.format(*(f"{{{first + k}}}" for k in range(values)))


def join(text: str, operands: Sequence[Operand], at: Position | None = None) -> Operand:
    """One operand out of several: ``text`` has ``{0}``, ``{1}`` … where theirs go. It stands for the node ``at``."""
    texts: list[str] = []
    values: list[Any] = []
    spots: list[Spot] = []
    attributes: list[int] = []
    for operand in operands:
        first, count = len(values), len(operand.values)
        if first == 0:
            texts.append(operand.text)
            spots += operand.spots
            attributes += operand.attributes
        else:
            texts.append(_moved(operand.text, first, count))
            spots += [(_moved(part, first, count), where) for part, where in operand.spots]
            attributes += [first + k for k in operand.attributes]
        values.extend(operand.values)
    text = text.format(*texts)
    if at is not None:
        spots.append((text, at))
    return Operand(text, tuple(values), tuple(spots), tuple(attributes))


_LONG = 240
"""Characters of text that an expression may have to become a part of a larger one."""


def short(operand: Operand, at: Position) -> Operand:
    """The operand: a part of the template around it while its text is short, else a closure of its own."""
    return operand if len(operand.text) <= _LONG else call(close("return {0}", [operand], at=at))


def part(text: str, operands: Sequence[Operand], at: Position, values: Sequence[Any] = ()) -> Operand:
    """An expression over operands and then extra values. ``text`` is in brackets where it needs them."""
    return short(join(text, [*operands, *map(constant, values)], at), at)


def closed(operand: Operand) -> Operand:
    """The operand without assignments inside, for places where Python's grammar forbids them."""
    return call(close("return {0}", [operand])) if ":=" in operand.text else operand


Maker = Callable[..., Run]

_MOST_TEMPLATES = 1 << 13
"""So many are kept for those who ask for the same again; a closure keeps its own."""

_makers: dict[tuple[str, int, str], Maker] = {}
_known: dict[tuple[Any, ...], tuple[str, Maker]] = {}
"""The text and maker of a template by what its text is put together from, which spares doing so again."""


def close(
    body: str,
    operands: Sequence[Operand] = (),
    values: Sequence[Any] = (),
    at: Position | None = None,
    spots: Sequence[Spot] = (),
    owner: Owner | None = None,
    signature: str = "frame",
) -> Run:
    """A closure that runs ``body``: ``{0}``, ``{1}`` … are the operands, ``v0``, ``v1`` … the extra values.

    ``spots`` are parts of the body, without operands in them, that stand elsewhere than ``at``. Templates that catch
    exceptions inside a generator name their ``owner``: its frame is not found from theirs once it is suspended.
    """
    key = (body, len(values), signature, *[operand.text for operand in operands])
    known = _known.get(key)
    if known is None:
        if len(_known) > _MOST_TEMPLATES:
            for kept in (_known, _makers, _renamed):
                kept.clear()
        known = _known[key] = _template(body, operands, len(values), signature)
    text, maker = known
    names: list[Any] = []
    attributes: list[int] = []
    found = [(0, 0, tuple(spots))] if spots else []
    for operand in operands:
        if operand.spots:
            found.append((len(names), len(names) + len(operand.values), operand.spots))
        attributes += [len(names) + k for k in operand.attributes]
        names.extend(operand.values)
    place: Place | None = (at, text, tuple(found), owner, None) if found or owner else at
    run = maker(place, *names, *values)
    return _with_attributes(run, {f"a{k}": names[k] for k in attributes}) if attributes else run


def _template(body: str, operands: Sequence[Operand], values: int, signature: str) -> tuple[str, Maker]:
    texts = []
    names = 0
    for operand in operands:
        texts.append(operand.text.format(*(f"a{names + k}" for k in range(len(operand.values)))))
        names += len(operand.values)
    text = body.format(*texts)
    maker = _makers.get((text, values, signature))
    if maker is None:
        maker = _makers[text, values, signature] = _compile(text, names, values, signature)
    return text, maker


def _compile(text: str, operands: int, values: int, signature: str) -> Maker:
    parameters = ", ".join(["at", *(f"a{k}" for k in range(operands)), *(f"v{k}" for k in range(values))])
    lines = text.split("\n")
    inner = "\n".join(f"        {line}" for line in lines)
    source = f"def make({parameters}):\n    def run({signature}):\n{inner}\n        return\n        at\n"
    return define(f"{source}    return run\n", "make")


def define(source: str, name: str) -> Callable[..., Any]:
    """Run one of our own templates with no builtins and return the function that it defines."""
    namespace = dict(NOTHING)
    exec(compile(source, FILENAME, "exec", dont_inherit=True), namespace)
    made: Callable[..., Any] = namespace[name]
    return made


_renamed: dict[tuple[types.CodeType, tuple[str, ...]], types.CodeType] = {}


def _with_attributes(run: Run, attributes: dict[str, str]) -> Run:
    """A copy of a template closure in which placeholder attributes have their real names."""
    assert isinstance(run, types.FunctionType)
    key = (run.__code__, tuple(attributes.values()))
    code = _renamed.get(key)
    if code is None:
        code = _renamed[key] = _rename(run.__code__, attributes)
    return types.FunctionType(code, NOTHING, "run", None, run.__closure__)


def _rename(code: types.CodeType, attributes: dict[str, str]) -> types.CodeType:
    """The code, and that of comprehensions in it, with other attribute names."""
    names = tuple(attributes.get(name, name) for name in code.co_names)
    consts = tuple(_rename(const, attributes) if type(const) is types.CodeType else const for const in code.co_consts)
    return code.replace(co_names=names, co_consts=consts)


def with_attribute(run: Run, name: str) -> Run:
    """A copy of a template closure in which the placeholder attribute ``ATTR`` is ``name``."""
    return _with_attributes(run, {"ATTR": name})


def with_keywords(run: Run, keywords: Sequence[str]) -> Run:
    """A copy of a template closure in which the placeholder keywords ``K0``, ``K1`` … are these names."""
    assert isinstance(run, types.FunctionType)
    real = {f"K{k}": name for k, name in enumerate(keywords)}

    def renamed(const: Any) -> Any:
        if type(const) is tuple and const and all(type(k) is str and k in real for k in const):
            return tuple(real[k] for k in const)
        return real[const] if type(const) is str and const in real else const

    consts = tuple(renamed(const) for const in run.__code__.co_consts)
    return types.FunctionType(run.__code__.replace(co_consts=consts), NOTHING, "run", None, run.__closure__)


def closure_of(operand: Operand) -> Run:
    """The operand as a plain closure."""
    if operand.text == _CALL:
        run: Run = operand.values[0]
        return run
    return close("return {0}", [operand], at=operand.spots[-1][1] if operand.spots else None)
