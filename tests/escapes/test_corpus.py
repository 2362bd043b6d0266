"""The corpus is read strictly, and every file of it is well-formed."""

from __future__ import annotations

from pathlib import Path

import pytest

from executors.testing.escapes import MalformedCase, digest, families, load_case, load_corpus
from executors.testing.escapes.evidence import EVIDENCE
from executors.testing.escapes.verdict import Verdict

ROOT = Path(__file__).parents[2]
GOOD = """
title = "t"
reference = "r"
walls = ["language", "jail"]
escape = ["file-read"]
code = "1"
[verdict]
interpreter = "refused HC101"
cpython = ["contained", "crashed"]
[[control]]
by = "walls-off"
"""
WRONG = {
    "unknown field": ('title = "t"', 'title = "t"\nnote = "n"', "unknown field 'note'"),
    "missing field": ('title = "t"', "", "has no title"),
    "wrong type": ('walls = ["language", "jail"]', 'walls = "jail"', "walls is list, not str"),
    "empty": ('title = "t"', 'title = " "', "title is one line"),
    "unknown wall": ('"jail"]', '"moat"]', "walls has 'moat'"),
    "one wall without a reason": ('["language", "jail"]', '["jail"]', "one_wall says why"),
    "both walls with a reason": ('title = "t"', 'title = "t"\none_wall = "w"', "one_wall says why"),
    "unknown evidence": ("file-read", "rumour", "escape has 'rumour'"),
    "no evidence": ('["file-read"]', "[]", "at least one"),
    "code and cells": ('code = "1"', 'code = "1"\ncells = ["1"]', "either code or cells"),
    "no code": ('code = "1"', 'code = " "', "there is no code"),
    "identifier": ('title = "t"', 'title = "t"\nidentifiers = ["CVE-23"]', "neither a CVE nor a GHSA"),
    "expects an escape": ('"refused HC101"', '"escaped"', "no verdict that may be expected"),
    "unknown engine": ("cpython =", "monty =", "verdict has 'monty'"),
    "no verdict of an engine": ('cpython = ["contained", "crashed"]', "", "no verdict for cpython"),
    "unknown control": ("walls-off", "hearsay", "control.by is 'hearsay'"),
    "peer without a driver": ('by = "walls-off"', 'by = "peer"\npeer = "x==1"', "peer and driver stand with"),
    "code of a control": ('by = "walls-off"', 'by = "walls-off"\ncode = "1"', "stands with by = 'peer' only"),
    "python of a control": ('by = "walls-off"', 'by = "walls-off"\npython = "3.12"', "a version that it works below"),
    "limit": ('title = "t"', 'title = "t"\nlimits = {wall = 1}', "unknown limit 'wall'"),
    "version": ('title = "t"', 'title = "t"\npython = "4"', "python is the least version"),
    "no toml": ("title =", "title", "Expected '='"),
}


def written(directory: Path, text: str, name: str = "frames/trick.toml") -> Path:
    path = directory / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_case_is_what_its_file_says(tmp_path: Path) -> None:
    case = load_case(written(tmp_path, GOOD))
    assert (case.name, case.family, case.cells, case.python) == ("frames/trick", "frames", ("1",), (3, 11))
    assert case.expected("restricted") == case.expected("interpreter") == ("refused HC101",)
    assert case.agrees("cpython", Verdict("crashed"))
    assert not case.agrees("cpython", Verdict("refused", "HC101"))
    assert (case.limits.wall_s, case.limits.memory_mb) == (3.0, 128)


@pytest.mark.parametrize("name", WRONG)
def test_a_malformed_file_is_refused(name: str, tmp_path: Path) -> None:
    before, after, message = WRONG[name]
    assert before in GOOD
    with pytest.raises(MalformedCase, match=message) as caught:
        load_case(written(tmp_path, GOOD.replace(before, after, 1)))
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("name", ["frames/Trick.toml", "Frames/trick.toml"])
def test_names_are_plain_words(name: str, tmp_path: Path) -> None:
    with pytest.raises(MalformedCase, match="lower-case words"):
        load_case(written(tmp_path, GOOD, name))


@pytest.mark.parametrize("name", ["moats/trick.toml", "frames/deep/trick.toml", "frames/trick.txt", "trick.toml"])
def test_a_stray_file_is_no_case(name: str, tmp_path: Path) -> None:
    written(tmp_path, 'frames = "f"', "families.toml")
    written(tmp_path, GOOD)
    assert list(load_corpus(tmp_path)) == ["frames/trick"]
    (tmp_path / "frames" / "deep").mkdir()
    written(tmp_path, GOOD, name)
    with pytest.raises(MalformedCase, match="a case is a file FAMILY/TRICK.toml"):
        load_corpus(tmp_path)


def test_an_empty_family_is_an_error(tmp_path: Path) -> None:
    written(tmp_path, 'frames = "f"\nmoats = "m"', "families.toml")
    written(tmp_path, GOOD)
    with pytest.raises(MalformedCase, match="the family moats has no case"):
        load_corpus(tmp_path)


def test_the_digest_changes_with_every_file(tmp_path: Path) -> None:
    written(tmp_path, 'frames = "f"', "families.toml")
    path = written(tmp_path, GOOD)
    first = digest(tmp_path)
    path.rename(path.with_name("other.toml"))
    second = digest(tmp_path)
    written(tmp_path, GOOD + "\n", "frames/other.toml")
    assert len({first, second, digest(tmp_path)}) == 3


def test_the_corpus_is_well_formed() -> None:
    cases = load_corpus()
    assert {case.family for case in cases.values()} == set(families())


def test_the_page_describes_every_kind_of_evidence() -> None:
    page = (ROOT / "docs" / "escape-corpus.md").read_text(encoding="utf-8")
    assert [kind for kind in EVIDENCE if f"`{kind}`" not in page] == []
