"""One escape case: a trick as a file. The format is described in docs/escape-corpus.md.

Invariants: a file is read strictly: an unknown field, a missing one or a value of another type is an error that names
the file; the family is the name of the file's directory, and nothing else says it.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox.limits import Limits

from .evidence import EVIDENCE
from .verdict import Verdict, check_expected

WALLS = ("language", "jail")
ENGINES = ("interpreter", "restricted", "cpython", "container")
"""Whose verdicts a file may have: the engines, the last but one in the jail, and plain Python in a container."""
KILLED = "refused HC502"
CONTROLS = ("walls-off", "cpython", "peer")
LIMITS = {"wall_s": 3.0, "cpu_s": 3.0, "memory_mb": 128, "output_bytes": 1 << 16, "disk_mb": 8, "total_wall_s": 20.0}
"""Limits of every case, in the units of ``sandbox.limits.Limits``, unless its file says otherwise."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_IDENTIFIER = re.compile(r"CVE-\d{4}-\d{4,7}|GHSA(-[a-z0-9]{4}){3}")
_BELOW = re.compile(r"<3\.\d+(\.\d+)?")
_VERSION = re.compile(r"3\.(1[1-9]|[2-9]\d)")


@dataclasses.dataclass(frozen=True)
class Control:
    """Where the trick is shown to work. ``by``: ``walls-off`` (our worker in a plain process), ``cpython`` (plain
    exec) or ``peer`` (the packages ``peer`` as pip writes them, driven by ``peers/<driver>.py``). ``python``: the
    versions of Python that it works on, as ``<3.12``. ``code`` replaces the case's where the peer is spoken to in
    another way."""

    by: str
    peer: str = ""
    driver: str = ""
    python: str = ""
    code: str = ""

    def works_on(self, version: tuple[int, ...]) -> bool:
        """Whether the trick works there on that version of Python."""
        return not self.python or version < tuple(map(int, self.python[1:].split(".")))


@dataclasses.dataclass(frozen=True)
class Neighbour:
    """Another session of the same host. It holds a secret; it runs ``code``, before and after the case, and a session
    begun afterwards runs it too: each time its value must have the repr ``value``."""

    code: str
    value: str


@dataclasses.dataclass(frozen=True)
class EscapeCase:
    """``cells`` are run in turn in one session. ``escape`` is the evidence that the controls show. ``verdicts``: by
    engine, what may come of it where the walls hold."""

    name: str
    title: str
    reference: str
    identifiers: tuple[str, ...]
    walls: tuple[str, ...]
    one_wall: str
    escape: tuple[str, ...]
    cells: tuple[str, ...]
    verdicts: Mapping[str, tuple[str, ...]]
    controls: tuple[Control, ...]
    neighbour: Neighbour | None
    limits: Limits
    imports: tuple[str, ...]
    python: tuple[int, int]

    @property
    def family(self) -> str:
        """The directory the file stands in."""
        return self.name.partition("/")[0]

    def expected(self, engine: str) -> tuple[str, ...]:
        """The verdicts that may come of it on an engine; ``restricted`` follows the interpreter unless the file has
        its own line, ``container`` the jail, but that a call is answered with an error there where the jail kills."""
        if engine == "container" and engine not in self.verdicts:
            found = self.verdicts.get("cpython", ())
            return (*found, "contained") if KILLED in found else found
        return self.verdicts.get(engine) or self.verdicts.get("interpreter", ())

    def agrees(self, engine: str, verdict: Verdict) -> bool:
        """Whether a verdict is one of those the file has."""
        return str(verdict) in self.expected(engine)


class MalformedCase(ValueError):
    """A case file that does not follow the format; the message names the file and the field."""


_FIELDS: dict[str, type] = {
    "title": str, "reference": str, "identifiers": list, "walls": list, "one_wall": str, "escape": list,
    "code": str, "cells": list, "verdict": dict, "control": list, "neighbour": dict, "limits": dict,
    "imports": list, "python": str,
}  # fmt: skip
_REQUIRED = ("title", "reference", "walls", "escape", "verdict", "control")


def load_case(path: Path) -> EscapeCase:
    """The case of one file.

    Raises:
        MalformedCase: it does not follow the format.
    """
    name = f"{path.parent.name}/{path.stem}"
    try:
        if not _NAME.fullmatch(path.stem) or not _NAME.fullmatch(path.parent.name):
            raise ValueError("names of files and families are lower-case words joined by _")
        return _parse(name, tomllib.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise MalformedCase(f"{path}: {error}") from None


def _parse(name: str, data: dict[str, Any]) -> EscapeCase:
    _check_fields("the case", data, _FIELDS, _REQUIRED)
    walls = _words("walls", data["walls"], WALLS)
    one_wall = data.get("one_wall", "")
    if (len(walls) == 1) != bool(one_wall.strip()):
        raise ValueError("one_wall says why a trick attacks one wall only, and stands with such a one only")
    if ("code" in data) == ("cells" in data):
        raise ValueError("there is either code or cells")
    cells = _strings("cells", data["cells"]) if "cells" in data else (data["code"],)
    if not cells or not all(cell.strip() for cell in cells):
        raise ValueError("there is no code")
    identifiers = _strings("identifiers", data.get("identifiers", []))
    if wrong := [one for one in identifiers if not _IDENTIFIER.fullmatch(one)]:
        raise ValueError(f"{wrong[0]!r} is neither a CVE nor a GHSA identifier")
    if not data["title"].strip() or not data["reference"].strip() or "\n" in data["title"]:
        raise ValueError("title is one line, and reference says where the trick is known from")
    controls = tuple(_control(one) for one in data["control"])
    if not controls:
        raise ValueError("there is no control: nothing shows that the trick works anywhere")
    version = data.get("python", "3.11")
    if not _VERSION.fullmatch(version):
        raise ValueError(f"python is the least version, as '3.12', not {version!r}")
    return EscapeCase(
        name=name,
        title=data["title"],
        reference=data["reference"].strip(),
        identifiers=identifiers,
        walls=walls,
        one_wall=one_wall,
        escape=_words("escape", data["escape"], tuple(EVIDENCE)),
        cells=cells,
        verdicts=_verdicts(data["verdict"], walls),
        controls=controls,
        neighbour=_neighbour(data["neighbour"]) if "neighbour" in data else None,
        limits=Limits.from_dict(LIMITS | data.get("limits", {})),
        imports=_strings("imports", data.get("imports", [])),
        python=(3, int(version[2:])),
    )


def _check_fields(where: str, data: Mapping[str, Any], types: Mapping[str, type], required: tuple[str, ...]) -> None:
    for field, value in data.items():
        if field not in types:
            raise ValueError(f"{where} has an unknown field {field!r}; the fields are {', '.join(types)}")
        if type(value) is not types[field]:
            raise ValueError(f"{field} is {types[field].__name__}, not {type(value).__name__}")
    if missing := [field for field in required if field not in data]:
        raise ValueError(f"{where} has no {missing[0]}")


def _strings(field: str, values: list[Any]) -> tuple[str, ...]:
    if wrong := [value for value in values if type(value) is not str]:
        raise ValueError(f"{field} holds text only, not {wrong[0]!r}")
    return tuple(values)


def _words(field: str, values: list[Any], known: tuple[str, ...]) -> tuple[str, ...]:
    words = _strings(field, values)
    if not words or len(set(words)) != len(words):
        raise ValueError(f"{field} names at least one, and none twice")
    if wrong := [word for word in words if word not in known]:
        raise ValueError(f"{field} has {wrong[0]!r}; there are {', '.join(known)}")
    return words


def _verdicts(data: Mapping[str, Any], walls: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found = {}
    for engine, value in data.items():
        if engine not in ENGINES:
            raise ValueError(f"verdict has {engine!r}; the engines are {', '.join(ENGINES)}")
        values = tuple(check_expected(one) for one in (value if type(value) is list else [value]))
        if not values:
            raise ValueError(f"verdict.{engine} is empty")
        found[engine] = values
    # Executors with both walls run every case, so the interpreter's verdict is always known.
    needed = {"interpreter"} | ({"cpython"} if "jail" in walls else set())
    if missing := sorted(needed - set(found)):
        raise ValueError(f"there is no verdict for {missing[0]}")
    if "cpython" in found and "jail" not in walls:
        raise ValueError("there is a verdict for cpython, and the jail is not attacked")
    return found


def _control(data: Any) -> Control:
    if type(data) is not dict:
        raise ValueError("a control is a table: [[control]]")
    fields = {field.name: str for field in dataclasses.fields(Control)}
    _check_fields("a control", data, fields, ("by",))
    found = Control(**data)
    if found.by not in CONTROLS:
        raise ValueError(f"control.by is {found.by!r}; there are {', '.join(CONTROLS)}")
    if (found.by == "peer") != bool(found.peer and found.driver):
        raise ValueError("peer and driver stand with by = 'peer', and only there")
    if found.by != "peer" and found.code:
        raise ValueError("code of a control stands with by = 'peer' only")
    if found.python and not _BELOW.fullmatch(found.python):
        raise ValueError(f"python of a control is a version that it works below, as '<3.12', not {found.python!r}")
    return found


def _neighbour(data: Mapping[str, Any]) -> Neighbour:
    _check_fields("the neighbour", data, {"code": str, "value": str}, ("code", "value"))
    return Neighbour(**data)
