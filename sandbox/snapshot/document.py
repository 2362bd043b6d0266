"""The document of a session: what ``save`` writes and ``restore`` reads, as bytes.

JSON, compressed where that pays. Fields: ``cells`` (how many have run), ``definitions`` (functions as source),
``random`` (states of generators), ``variables`` (names and nodes, in order) and ``parts`` (what nodes left for later,
in order). docs/snapshots.md tells what nodes there are.

Invariants: sizes are bounded before anything is built; reading is all or nothing only together with its caller, who
throws the namespace away when it fails.
"""

from __future__ import annotations

import dataclasses
import json
import re
import zlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..errors import DecodeError, EncodeError
from ..values import BOUNDS, Bounds
from ..values.fault import Fault
from ..values.instances import type_name
from .loader import Loader
from .saver import Saver
from .sources import Definition
from .world import World

_FIELDS = {"cells", "definitions", "random", "variables", "parts"}
_MOST_CELLS = 1 << 40
_MOST_LINE = 1_000_000
_MOST_LINES = 4_000_000
_MOST_NAME = 1000
_CELL = re.compile(r"<cell [0-9]{1,12}>")
_NODES = 4_000_000
_LEVEL = 3


def bounds_for(size: int) -> Bounds:
    """What one document may come to; ``size`` in bytes."""
    return dataclasses.replace(
        BOUNDS, bytes=size, nodes=_NODES, int_bits=1 << 26, ratio_bits=1 << 20, hash_work=1 << 26, key_weight=1 << 20
    )


def save(world: World, leave_out: Collection[str], lenient: bool, size: int) -> tuple[bytes, dict[str, str]]:
    """The document, and the variables that it lacks, with why. ``size`` is how many bytes it may have.

    Raises:
        EncodeError: a variable cannot be saved, and was not to be left out.
        KeyError: ``leave_out`` names what is not there.
    """
    names = world.names()
    unknown = sorted(set(leave_out) - set(names))
    if unknown:
        raise KeyError(f"leave_out names {unknown[0]!r}, which is no variable of the session")
    saver = Saver(world, bounds_for(size))
    random = {module: saver.variable(f"the state of {module}", state) for module, state in _states(world)}
    variables: list[Any] = []
    left_out = dict.fromkeys(sorted(leave_out), "on request")
    faults: list[tuple[str, Fault]] = []
    for name, value in names.items():
        if name in left_out:
            continue
        try:
            variables.append([_plain_name(name), saver.variable(name, value)])
        except Fault as fault:
            faults.append((name, fault))
        except RecursionError:
            faults.append((name, _at(name, Fault(type(value), "it is nested too deep"))))
    if faults and not lenient:
        raise _refused(faults)
    left_out |= {name: f"{fault.trail[0]} ({type_name(fault.kind)}): {fault.reason}" for name, fault in faults}
    document = {
        "cells": world.cells_run(),
        "definitions": [list(dataclasses.astuple(each)) for each in saver.definitions],
        "random": random,
        "variables": variables,
        "parts": saver.parts,
    }
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"), check_circular=False).encode("ascii")
    if len(text) > size:
        raise EncodeError(f"the session comes to {len(text)} bytes, more than the {size} that a snapshot may have")
    packed = zlib.compress(text, _LEVEL)
    return (packed if len(packed) < len(text) else text), left_out


def _states(world: World) -> Iterator[tuple[str, object]]:
    yield from world.random_states().items()


def _plain_name(name: str) -> str:
    if type(name) is not str or len(name) > _MOST_NAME:
        raise _at("globals()", Fault(type(name), "a global name that is no plain text, or a long one"))
    return name


def _at(path: str, fault: Fault) -> Fault:
    fault.trail = [path]
    return fault


def _refused(faults: list[tuple[str, Fault]]) -> EncodeError:
    name, fault = faults[0]
    path, culprit = fault.trail[0], type_name(fault.kind)
    others = ", ".join(repr(other) for other, _ in faults[1:6])
    also = f"; neither can {others}{' and more' if len(faults) > 6 else ''}" if others else ""
    text = f"{path} ({culprit}) cannot be saved: {fault.reason}{also}. Leave out by name: leave_out=[{name!r}]"
    return EncodeError(text, path=path, type_name=culprit)


def _unpack(data: bytes, size: int) -> bytes:
    if data[:1] == b"{":
        text = data
    else:
        unpacker = zlib.decompressobj()
        try:
            text = unpacker.decompress(data, size + 1)
        except zlib.error as error:
            raise DecodeError(f"not a snapshot: {error}") from None
        if not unpacker.eof and len(text) <= size:
            raise DecodeError("not a snapshot: it is cut off")
        if unpacker.unused_data:
            raise DecodeError("not a snapshot: there is more after its end")
    if len(text) > size:
        raise DecodeError(f"the session in it comes to more than the {size} bytes that a snapshot may have")
    return text


def restore(world: World, data: bytes, tools: Collection[str], size: int) -> None:
    """Make the namespace that ``data`` describes. ``tools`` are the names that it must not bind.

    Raises:
        DecodeError: it is no document, or holds what cannot be made here. The namespace is of no use then.
        Stop: the engine refuses something in it.
    """
    try:
        _restore(world, _unpack(data, size), tools, size)
    except DecodeError:
        raise
    except RecursionError:
        raise DecodeError("not a snapshot: nested too deep") from None
    except ImportError as error:
        raise DecodeError(f"it needs what this session does not have: {error}") from None
    except Exception as error:
        raise DecodeError(f"not a snapshot: {type(error).__name__} while it was restored: {str(error)[:500]}") from None


def _restore(world: World, text: bytes, tools: Collection[str], size: int) -> None:
    document = json.loads(text)
    if type(document) is not dict or set(document) != _FIELDS or type(document["parts"]) is not list:
        raise DecodeError("not a snapshot: other fields than those of this version")
    cells = document["cells"]
    if type(cells) is not int or not 0 <= cells < _MOST_CELLS:
        raise DecodeError("not a snapshot: malformed count of cells")
    names = _names(document["variables"], tools)
    definitions = [_definition(row) for row in _rows(document["definitions"], 7)]
    if sum({each.file: each.line + each.text.count("\n") for each in definitions}.values()) > _MOST_LINES:
        raise DecodeError("not a snapshot: its functions stand too far down in their cells")
    world.begin(names, cells)
    loader = Loader(world, bounds_for(size), definitions, document["parts"])
    if type(document["random"]) is not dict:
        raise DecodeError("not a snapshot: malformed state of random numbers")
    states: Mapping[str, Any] = {_short(module): loader.variable(node) for module, node in document["random"].items()}
    made = {row[0]: loader.variable(row[1]) for row in document["variables"]}
    world.bind(made)
    loader.end()
    for module, state in states.items():
        world.set_random_state(module, state)


def _names(rows: Any, tools: Collection[str]) -> frozenset[str]:
    found = [_short(row[0]) for row in _rows(rows, 2)]
    if len(set(found)) != len(found):
        raise DecodeError("not a snapshot: a variable that is there twice")
    for name in found:
        if name in tools:
            raise DecodeError(f"its variable {name!r} has the name of a tool of this session")
    return frozenset(found)


def _rows(value: Any, width: int) -> list[Any]:
    if type(value) is not list or not all(type(row) is list and len(row) == width for row in value):
        raise DecodeError("not a snapshot: malformed rows")
    return value


def _short(value: Any) -> str:
    if type(value) is not str or len(value) > _MOST_NAME:
        raise DecodeError("not a snapshot: malformed name")
    return value


def _definition(row: list[Any]) -> Definition:
    file, line, column, qualname, text, free, private = row
    if type(file) is not str or not _CELL.fullmatch(file) or type(text) is not str or type(free) is not list:
        raise DecodeError("not a snapshot: malformed definition")
    if type(line) is not int or not 1 <= line <= _MOST_LINE or type(column) is not int or not -1 <= column <= 1 << 20:
        raise DecodeError("not a snapshot: malformed place of a definition")
    if not all(type(name) is str and name.isidentifier() for name in free) or len(set(free)) != len(free):
        raise DecodeError("not a snapshot: malformed names of captured variables")
    if private is not None and (type(private) is not str or not private.isidentifier()):
        raise DecodeError("not a snapshot: malformed name of a class")
    return Definition(file, line, column, _short(qualname), text, tuple(free), private)
