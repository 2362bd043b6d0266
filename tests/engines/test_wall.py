"""The language wall alone: hostile programs on each guarded engine in this very process, without a jail.

Each file of ``wall/`` is one trick. Its header says what would count as an escape and what must happen instead:
``# expect: HC101`` (a refusal), ``guest TypeError``, ``limit ops`` or ``value 'x'``; a second ``expect`` is an
alternative. ``# control: yes`` marks programs that do escape on plain CPython, which shows that the trick is one.
"""

from __future__ import annotations

import _strptime  # type: ignore[import-not-found]
import asyncio
import collections.abc
import contextvars
import csv
import dataclasses
import datetime
import decimal
import functools
import html
import html.entities
import http
import importlib.util
import io
import json
import keyword
import locale
import logging
import os
import random
import re
import reprlib
import sqlite3
import string
import struct
import subprocess
import sys
import tempfile
import textwrap
import typing
import urllib.parse
import uuid
import warnings
from pathlib import Path
from xml.etree import ElementPath, ElementTree

import pytest

from executors import create_executor
from sandbox import facades
from sandbox.engine import EngineHost, Place
from sandbox.errors import GuestError, LimitExceeded, PolicyViolation
from sandbox.interpreter import Interpreter
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.result import Result
from tests.engines import divergences

WALL = Path(__file__).parent / "wall"
FILES = sorted(WALL.rglob("*.py"))
HEADER = re.compile(r"^# (escape|expect|control|min-python): (.+)$")
SECRET = "canary-9b1d7c52"
ENVIRONMENT = "canary-04e6a8f3"
PROTOCOL = sqlite3.PrepareProtocol
WITHOUT_CONTROL = {"budget": "they never end on CPython", "recursion": "they may crash CPython"}
OUTSIDE, OURS = "/tmp/wall-", f"/tmp/wall-{os.getpid()}-"
"""How names of files begin that programs would leave outside; as written, and as this run of the tests has them."""

CONTROLS = """
import os, sys, tempfile
for path in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        space = {"__name__": "__main__", "search": lambda question: "found"}
        try:
            os.chdir(tempfile.mkdtemp())
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            code = open(path, encoding="utf-8").read().replace("/tmp/wall-", f"/tmp/wall-{os.getpid()}-")
            exec(compile(code, path, "exec"), space)
        except BaseException:
            pass
        os._exit(bool(space.get("escaped")))
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1:
        print(path, flush=True)
"""


@dataclasses.dataclass(frozen=True)
class Program:
    """One hostile program and what its header says."""

    code: str
    expected: tuple[str, ...]
    control: bool
    min_python: tuple[int, ...]


def name_of(path: Path) -> str:
    """How tables name a program."""
    return f"{path.parent.name}/{path.stem}"


@functools.cache
def read(path: Path) -> Program:
    """The program of a file.

    Raises:
        ValueError: a header is missing.
    """
    code = path.read_text(encoding="utf-8")
    pairs = [(match[1], match[2]) for line in code.splitlines() if (match := HEADER.match(line))]
    fields = dict(pairs)
    if not {"escape", "expect"} <= set(fields):
        raise ValueError(f"{path}: the header must have escape: and expect:")
    version = tuple(map(int, fields.get("min-python", "3.11").split(".")))
    expected = tuple(value for name, value in pairs if name == "expect")
    return Program(code.replace(OUTSIDE, OURS), expected, fields.get("control") == "yes", version)


def verdict(result: Result) -> str:
    """What happened, in the words of the headers."""
    error = result.error
    if error is None:
        return f"value {result.value_repr}"
    if isinstance(error, PolicyViolation):
        return error.code
    if isinstance(error, LimitExceeded):
        return f"limit {error.limit}"
    return f"guest {error.type}" if isinstance(error, GuestError) else f"{error}"


def shared_state() -> dict[str, object]:
    """What other code of this process would notice."""
    named = re.compile("(?P<shared>x)(?P<pattern>y)")
    return {
        "abc": (isinstance(set(), collections.abc.Sequence), isinstance([], collections.abc.Hashable)),
        "abstract": hasattr(collections.abc.Sequence.index, "__isabstractmethod__"),
        "config": dict(__import__("configparser").RawConfigParser.BOOLEAN_STATES),
        "context": (decimal.getcontext().prec, dict(decimal.getcontext().traps)),
        "csv": (csv.list_dialects(), csv.field_size_limit()),
        "cwd": os.getcwd(),
        "enum": (len(http.HTTPStatus), len(http.HTTPStatus.__members__), http.HTTPStatus(200).phrase),
        "environment": dict(os.environ),
        "fields": dict(dataclasses.field().metadata),
        "files": sorted(map(str, Path("/tmp").glob(f"{Path(OURS).name}*"))),
        "flags": {type(flag.value) for flag in re.RegexFlag._value2member_map_.values()},  # type: ignore[attr-defined]
        "hash": sorted(__import__("hashlib").algorithms_available),
        "html": (len(html.entities.html5), html.unescape("&amp;")),
        "json": (json.dumps([1, 2]), vars(json.dumps).copy(), sorted(vars(json.JSONEncoder))),
        "keywords": list(keyword.kwlist),
        "limit": sys.getrecursionlimit(),
        "lists": reprlib.repr([1, 2]),
        "locale": locale.setlocale(locale.LC_ALL),
        "loggers": (logging.root.level, list(logging.root.handlers), "wall" in logging.Logger.manager.loggerDict),
        "handlers": sorted(logging._handlers),  # type: ignore[attr-defined]
        "patterns": (dict(named.groupindex), re.compile("wall").match("WALL")),
        "templates": dict(string.Template.pattern.groupindex),
        "elements": ElementTree.fromstring("<r><wall>real</wall><other>forged</other></r>").findtext("./wall"),
        "dates": datetime.datetime.strptime("2020-100", "%Y-%j"),
        "quoted": urllib.parse.quote("a!/ ", safe="/!"),
        "random": random.getstate(),
        "sqlite": (list(sqlite3.adapters), list(sqlite3.converters), sqlite3.adapters[datetime.date, PROTOCOL]),
        "streams": (sys.stdout, sys.stderr),
        "struct": struct.calcsize("<H"),
        "textwrap": dict(textwrap.TextWrapper.unicode_whitespace_trans),
        "typing": (repr(typing.Dict[str, float]), repr(typing.Optional[bytes])),  # noqa: UP006, UP045
        "uuid": uuid.NAMESPACE_DNS.int,
        "warnings": list(warnings.filters),
    }


def empty_caches() -> None:
    """A cache that has an entry already cannot be filled with a forged one."""
    for clear in typing._cleanups:  # type: ignore[attr-defined]
        clear()
    re.purge()
    ElementPath._cache.clear()  # type: ignore[attr-defined]
    _strptime._regex_cache.clear()  # type: ignore[attr-defined]
    urllib.parse.clear_cache()  # type: ignore[attr-defined]
    struct._clearcache()  # type: ignore[attr-defined]


@pytest.mark.parametrize("engine", ["interpreter", "restricted"])
@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_program_stays_inside(path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = read(path)
    listed = divergences.of(engine, "wall").get(name_of(path))
    expected = (listed,) if listed else program.expected
    if program.min_python > sys.version_info[:2]:
        pytest.skip(f"needs Python {'.'.join(map(str, program.min_python))}")
    ops = 100_000 if path.parent.name == "budget" else 2_000_000
    limits = Limits(wall_s=1 if "limit wall_s" in expected else 20, ops=ops)
    with create_executor(
        "local", engine=engine, enclosure="inprocess", min_isolation="none", limits=limits
    ) as executor:
        executor.send_tools({"search": search})
        monkeypatch.setenv("HARDCELL_CANARY", ENVIRONMENT)
        # pytest's own hook is Python code, which fails where guest code has used up the recursion limit
        monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)
        before = shared_state()
        empty_caches()
        result = executor.run(program.code)
        assert shared_state() == before
    assert verdict(result) in expected, result.error
    told = f"{result.value!r} {result.value_repr} {result.stdout} {result.stderr} {result.error} {result.events}"
    assert SECRET not in told
    assert ENVIRONMENT not in told


def search(question: str) -> str:
    """The one tool of the programs."""
    return "found"


@functools.cache
def escapes_on_cpython() -> frozenset[Path]:
    """The programs marked as controls that do what they are up to on plain CPython."""
    paths = [str(path) for path in FILES if read(path).control and read(path).min_python <= sys.version_info[:2]]
    with tempfile.TemporaryDirectory() as place:
        done = subprocess.run(
            [sys.executable, "-c", CONTROLS, *paths],
            capture_output=True,
            text=True,
            env={**os.environ, "TMPDIR": place},
            timeout=120,
            check=True,
        )
    return frozenset(map(Path, done.stdout.split("\n")[:-1]))


@pytest.mark.parametrize("path", [path for path in FILES if read(path).control], ids=name_of)
def test_control_escapes_on_cpython(path: Path) -> None:
    assert path in escapes_on_cpython()


def test_there_are_controls_in_every_family() -> None:
    families = {path.parent.name for path in FILES}
    controlled = {path.parent.name for path in FILES if read(path).control}
    assert families - controlled == set(WITHOUT_CONTROL)
    assert len(FILES) >= 300


def test_every_class_that_guests_hold_is_known_as_one() -> None:
    """Methods taken from a class are checked by the type of what they are taken from."""
    host = EngineHost(
        policy=Policy.standard(),
        limits=Limits(),
        stdout=io.StringIO(),
        stderr=io.StringIO(),
        cell=Place(os.getcwd()),
        call_tool=lambda name, args, kwargs: None,
        emit=lambda kind, data: None,
    )
    runtime = Interpreter(host).runtime
    absent = {name for name in facades.THIRD_PARTY if importlib.util.find_spec(name) is None}
    modules = [facades.load(name, runtime) for name in sorted(facades.KNOWN) if name.partition(".")[0] not in absent]
    exported = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    own = [cls for cls in exported if not runtime.guards.members.is_foreign(cls)]  # the others are gated by name
    assert {type(cls) for cls in own} <= runtime.guards.class_types
    assert len(exported) > 200


def test_guests_see_neither_the_event_loop_nor_the_context_of_the_host() -> None:
    variable = contextvars.ContextVar("variable", default="default")
    seen = []

    def tool() -> str:
        seen.append((variable.get(), asyncio.get_running_loop()))
        return "found"

    async def main() -> tuple[asyncio.AbstractEventLoop, str]:
        variable.set(SECRET)
        with create_executor("local", enclosure="inprocess", min_isolation="none") as executor:
            executor.send_tools({"tool": tool})
            result = executor.run("import asyncio\ntool()\nasync def f():\n    return 1\nasyncio.create_task(f())")
            assert executor.run("asyncio.run(f())").value == 1
        return asyncio.get_running_loop(), verdict(result)

    loop, found = asyncio.run(main())
    assert found == "guest RuntimeError"
    assert seen == [(SECRET, loop)]


def test_the_canaries_can_be_found() -> None:
    with create_executor("local", enclosure="inprocess", min_isolation="none") as executor:
        executor.send_variables({"canary": SECRET})
        assert SECRET in f"{executor.run('canary').value_repr}"


def test_the_fingerprint_tells_apart() -> None:
    before = shared_state()
    html.entities.html5["pwned;"] = "x"
    try:
        assert shared_state() != before
    finally:
        del html.entities.html5["pwned;"]
    assert shared_state() == before
