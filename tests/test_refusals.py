"""The table of refusals is true: each row has a program that meets exactly this code, at the place that is marked.

``▶`` stands before the construct in a program and is taken out before it runs. A program also shows what the columns
of the engines promise: *refused* is this code, *runs* is no error, *raises* is that exception of the guest's.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from executors import create_executor
from sandbox.errors import BackendUnavailable, GuestError, LimitExceeded, PolicyViolation
from sandbox.interpreter import analysis
from sandbox.limits import Limits
from sandbox.policy import Deny, Policy
from sandbox.refusals import ENGINES, LIMIT_CODES, TABLE
from sandbox.result import Result

ROOT = Path(__file__).parents[1]
MARK = "▶"
CODE = re.compile(r"\bHC\d{3}\b")


@dataclasses.dataclass(frozen=True)
class Program:
    """A program that meets a refusal, and what it needs besides."""

    text: str
    limits: Limits = Limits(wall_s=20)
    policy: Policy = Policy.standard()
    jail: bool = False

    @property
    def code(self) -> str:
        """The program without the mark."""
        return self.text.replace(MARK, "")

    @property
    def place(self) -> tuple[int, int] | None:
        """Line and column of the mark, counted from one."""
        for number, line in enumerate(self.text.splitlines(), 1):
            if MARK in line:
                return number, line.index(MARK) + 1
        return None


LOOP = "while True:\n    pass"
PROGRAMS = {
    "HC101": (
        Program("def f():\n    return 1\n\n\nx = [▶f.__globals__]"),
        Program("name = '__glob' + 'als__'\n\n\ndef f():\n    return ▶getattr(f, name)\n\n\nx = f()"),
    ),
    "HC102": (Program("import collections\nx = 1 + len(▶collections.Counter()._keep_positive())"),),
    "HC103": (Program("x = 1\ny = ▶__builtins__"), Program("def f(**k):\n    return k\n\n\nx = ▶f(__class__=1)")),
    "HC104": (Program("x = 1\n▶search = 5"), Program("def f():\n    for ▶search in []:\n        pass")),
    "HC105": (Program("def f():\n    return 1\n\n\n▶f.__code__ = (lambda: 2).__code__"),),
    "HC106": (Program("class C:\n    ▶def __del__(self):\n        pass"),),
    "HC107": (Program("import io\n\n\n▶class C(io.TextIOWrapper):\n    pass"),),
    "HC108": (Program("import functools\n\n\n▶class C(metaclass=functools.partial(type)):\n    pass"),),
    "HC109": (Program("class Name(str):\n    pass\n\n\nx = ▶getattr(1, Name('real'))"),),
    "HC110": (Program("def g():\n    yield\n\n\nx = ▶type(g().__iter__)"),),
    "HC111": (Program("from dataclasses import make_dataclass\nC = ▶make_dataclass('C', ['x', '__doc__'])"),),
    "HC201": (Program("x = 1\n▶import socket"), Program("def f():\n    ▶from ctypes import CDLL\n\n\nf()")),
    "HC202": (Program("import os\nx = [1, ▶os.getppid]"), Program("▶from os import getppid")),
    "HC203": (Program("x = 1\n▶from math import *"),),
    "HC204": (Program("x = 1\n▶from . import y"),),
    "HC302": (Program("x = ▶compile('1', 'f', 'eval')"), Program("f = vars\nx = ▶f()")),
    "HC303": (
        Program("import decimal\n▶decimal.getcontext().prec = 10 ** 9"),
        Program("import decimal\ncontext = ▶decimal.localcontext(prec=10 ** 9)"),
    ),
    "HC401": (Program("try:\n    ▶open('/root/secret')\nfinally:\n    pass"),),
    "HC402": (Program("import os\nx = ▶os.path.exists(0)"),),
    "HC501": (Program("x = 1", policy=Policy.standard(decide=lambda request: Deny("not today"))),),
    "HC502": (Program("import os\nos.execv('/bin/true', ['true'])", jail=True),),
    "HC601": (Program(LOOP, limits=Limits(wall_s=0.3)),),
    "HC602": (Program(LOOP, limits=Limits(wall_s=20, cpu_s=0.3), jail=True),),
    "HC603": (Program("x = [bytearray(1 << 20) for _ in range(200)]", limits=Limits(memory_mb=32), jail=True),),
    "HC604": (Program("print('x' * 5000)", limits=Limits(output_bytes=1000), jail=True),),
    "HC605": (Program("for n in range(5000):\n    pass", limits=Limits(ops=1000)),),
    "HC606": (Program("search('a')\nsearch('b')", limits=Limits(tool_calls=1)),),
    "HC607": (Program("import os\nos.fork()", jail=True),),
    "HC608": (Program("open('f', 'wb').write(bytes(4 << 20))", limits=Limits(disk_mb=1), jail=True),),
    "HC609": (Program("'\\xe9' * (15 << 20)", limits=Limits(memory_mb=48), jail=True),),
    "HC611": (Program("x = [open(f'{n}', 'w') for n in range(99)]", limits=Limits(open_files=16), jail=True),),
    "HC610": (Program(LOOP, limits=Limits(wall_s=20, total_wall_s=0.5), jail=True),),
}
BY_A_PROGRAM_OF_ITS_OWN = {"HC301", "HC503"}
"""HC503 is of a host whose audit log fails: tests/audit/test_audited_runs.py."""
PAIRS = [(code, program) for code, programs in PROGRAMS.items() for program in programs]


def search(question: str) -> str:
    """The one tool of the programs."""
    return "found"


def run(program: Program, engine: str) -> Result:
    """The program on an engine: in this process where neither the engine nor the program needs the jail."""
    options: dict[str, Any] = {"enclosure": "inprocess", "min_isolation": "none"}
    if program.jail or engine == "cpython":
        options = {}
    try:
        with create_executor(
            "local", engine=engine, policy=program.policy, limits=program.limits, **options
        ) as executor:
            executor.send_tools({"search": search})
            return executor.run(program.code)
    except BackendUnavailable as error:
        pytest.skip(f"needs backend local: {str(error).splitlines()[0]}")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("code", "program"), PAIRS, ids=[f"{code}-{n}" for n, (code, _) in enumerate(PAIRS)])
def test_program_meets_its_row(code: str, program: Program, engine: str) -> None:
    row = TABLE[code]
    promised = row.on(engine)
    error = run(program, engine).error
    if promised.startswith("runs"):
        assert error is None
    elif promised.startswith("raises "):
        assert isinstance(error, GuestError)
        assert error.type in re.findall(r"\w+Error", promised)
    else:
        assert promised.startswith("refused")
        assert isinstance(error, (PolicyViolation, LimitExceeded)), error
        met = TABLE[next(iter(CODE.findall(promised)), code)]
        assert error.code == met.code
        assert error.recovery == met.recovery
        assert met.instead in error.message
        assert met.why in error.message
        if engine != "cpython" and program.place is not None:
            assert (error.line, error.column) == program.place


def test_syntax_that_nobody_reviewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a new Python adds to the grammar: here, a node that nobody has looked at."""
    monkeypatch.setitem(analysis._VISITORS, ast.Set, analysis._VISITORS[ast.AST])
    error = run(Program("x = [1]\ny = [{1, 2}]"), "interpreter").error
    assert isinstance(error, PolicyViolation)
    assert (error.code, error.line, error.column) == ("HC301", 2, 6)
    assert TABLE["HC301"].why in error.message


def test_every_row_has_a_program() -> None:
    assert {*PROGRAMS, *BY_A_PROGRAM_OF_ITS_OWN} == set(TABLE)


def test_every_code_is_in_the_table_and_raised_somewhere() -> None:
    sources = [path for folder in ("sandbox", "executors") for path in (ROOT / folder).rglob("*.py")]
    raised = {
        code
        for path in sources
        if path.name != "refusals.py"
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    }
    assert raised | set(LIMIT_CODES.values()) == set(TABLE)


def test_the_table_speaks_of_each_engine() -> None:
    for row in TABLE.values():
        for engine in ENGINES:
            assert row.on(engine).partition(" ")[0].rstrip(":") in {"refused", "runs", "raises"}, row
        assert row.why
        assert row.instead
