"""The escape corpus: every case file of the package, and a digest of them all.

Invariants: a malformed file, an unknown family or an empty family is an error, never left out; the order is that of
the names.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path

from .case import EscapeCase, MalformedCase, load_case

CASES_DIRECTORY = Path(__file__).with_name("cases")
_FAMILIES_FILE = "families.toml"


def families(directory: Path = CASES_DIRECTORY) -> dict[str, str]:
    """What each family is about, by name.

    Raises:
        MalformedCase: the file of the families is no TOML, or does not hold one line of text for each.
    """
    path = directory / _FAMILIES_FILE
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise MalformedCase(f"{path}: {error}") from None
    if wrong := [name for name, text in found.items() if type(text) is not str or not text.strip()]:
        raise MalformedCase(f"{path}: {wrong[0]} has no text")
    return found


def load_corpus(directory: Path = CASES_DIRECTORY) -> dict[str, EscapeCase]:
    """Every case by name (``family/trick``), in the order of the names.

    Raises:
        MalformedCase: a file does not follow the format, stands in no known family, or a family has no file.
    """
    known = families(directory)
    cases = {}
    for path in _files(directory):
        if path.parent.parent != directory or path.parent.name not in known or path.suffix != ".toml":
            raise MalformedCase(f"{path}: a case is a file FAMILY/TRICK.toml of a family in {_FAMILIES_FILE}")
        case = load_case(path)
        cases[case.name] = case
    if empty := sorted(set(known) - {case.family for case in cases.values()}):
        raise MalformedCase(f"{directory}: the family {empty[0]} has no case")
    return cases


def digest(directory: Path = CASES_DIRECTORY) -> str:
    """sha256 over names and contents of all files, in hex: two reports of one digest are about the same corpus."""
    total = hashlib.sha256()
    for path in (directory / _FAMILIES_FILE, *_files(directory)):
        name, content = path.relative_to(directory).as_posix().encode(), path.read_bytes()
        total.update(b"%d %b %d " % (len(name), name, len(content)) + content)
    return total.hexdigest()


def _files(directory: Path) -> Iterator[Path]:
    for path in sorted(directory.rglob("*")):
        if path.is_file() and path != directory / _FAMILIES_FILE and "__pycache__" not in path.parts:
            yield path
