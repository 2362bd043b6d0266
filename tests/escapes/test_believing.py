"""The control of a host that believes: what it must fall for, and what it must not be blamed for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from executors.testing.escapes import load_case
from executors.testing.escapes.slot import Slot

HEAD = """
title = "t"
reference = "r"
walls = ["language", "jail"]
escape = ["file-read"]
code = '''
{code}
'''
[verdict]
interpreter = "contained"
cpython = "contained"
[[control]]
by = "cpython"
{rest}
"""
SHOWS = "class Shows:\n    def __repr__(self):\n        return open(bait['file']).read()\nShows()"
REDUCED = "import os\nclass R:\n    def __reduce__(self):\n        return os.mkdir, (bait['directory'] + '/x',)\nR()"
BESIDE = "[neighbour]\ncode = 'import json; json.dumps([1])'\nvalue = \"'[1]'\""
CALL = 'import os\nos.write(3, b\'{"t":"call","name":"withheld","args":["x"],"kwargs":{}}\')'
EVIDENCE = {
    "a frame": (CALL, "", ["tool-called"]),
    "no frame": ("import os\nos.write(3, bytes(1))", "", ["host-failed"]),
    "an honest value": ("[1, 2]", "", []),
    "a value without JSON": ("{1, 2}", "", []),
    "an honest error": ("1 / 0", "", []),
    "a repr that reads": (SHOWS, "", ["file-read"]),
    "a call by a copy": (REDUCED, "", ["file-written"]),
    "a circle": ("a = []\na.append(a)\na", "", ["host-failed"]),
    "a cursor": ("print(chr(27))", "", ["host-failed"]),
    "another random state": ("import random\nrandom.seed(1)", "", ["host-changed"]),
    "a peaceful neighbour": ("import json\njson.loads('1')", BESIDE, []),
    "a forged function": ("import json\njson.dumps = print", BESIDE, ["host-changed", "session-changed"]),
    "a denied tool": ("withheld('x')", "", ["tool-called"]),
    "a line of a file": ("exec(compile('1 / 0', bait['file'], 'exec'))", "", ["file-read"]),
}


@pytest.fixture(scope="module")
def slot() -> Iterator[Slot]:
    with Slot() as made:
        yield made


@pytest.mark.parametrize("what", EVIDENCE)
def test_what_a_believing_host_falls_for(what: str, slot: Slot, tmp_path: Path) -> None:
    code, rest, wanted = EVIDENCE[what]
    path = tmp_path / "values" / "trick.toml"
    path.parent.mkdir()
    path.write_text(HEAD.format(code=code, rest=rest), encoding="utf-8")
    assert sorted(slot.play("cpython", load_case(path), path).evidence) == wanted
