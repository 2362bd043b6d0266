"""Plain Python in the jail against the limits: each payload ends with its own limit, and the next run works."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from executors import Executor, create_executor
from sandbox.errors import BackendUnavailable, LimitExceeded, ProtocolError, RunError, WorkerCrashed
from sandbox.limits import Limits
from sandbox.policy import Policy

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the jail needs Linux")
IMPORTS = ["ctypes", "mmap", "os", "signal", "sys", "threading", "_thread"]
FORGE = """
import json, os
def send(**frame):
    os.write(3, json.dumps(frame).encode() + b"\\n")
def done(**fields):
    frame = dict(t="done", id=1, value=None, repr="None", error=None, final=False, variables=[], artifacts=[], ops=0)
    send(**(frame | fields))
"""


@pytest.fixture
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    limits = getattr(request, "param", {})
    policy = Policy.standard(imports=IMPORTS)
    with create_executor("local", engine="cpython", policy=policy, limits=Limits(**limits)) as made:
        try:
            assert made.isolation.kind == "process"
        except BackendUnavailable as error:
            pytest.skip(f"needs isolation L2: {error.message}")
        yield made


ENDLESS = {
    "loop": "while True: pass",
    "one call": "sum(range(10**12))",
    "one number": "10**10**8",
    "regular expression": "import re\nre.match(r'(a+)+$', 'a' * 40 + 'b')",
    "sleep": "import time\ntime.sleep(99)",
    "except": "while True:\n  try:\n    while True: pass\n  except BaseException: continue",
    "finally": "while True:\n  try:\n    while True: pass\n  finally: continue",
    "ignored": "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
    "blocked": "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\nwhile True: pass",
    "stopped": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\nwhile True: pass",
    "repr": "class A:\n  def __repr__(self):\n    while True: pass\nA()",
    "half a frame": "import os\nos.write(3, b'{\"t\":')\nwhile True: pass",
    "timers": "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)\n"
    "while True:\n  try:\n    while True: pass\n  except BaseException: pass",
}


@pytest.mark.parametrize("executor", [{"wall_s": 0.3}], indirect=True)
@pytest.mark.parametrize("payload", ENDLESS)
def test_nothing_outlasts_the_wall_clock(executor: Executor, payload: str) -> None:
    result = executor.run(ENDLESS[payload])
    assert isinstance(result.error, LimitExceeded) and result.error.limit == "wall_s"
    assert executor.run("6 * 7").value == 42


HUNGRY = {
    "list": "x = []\nwhile True: x.append(len(x))",
    "lists of one": "x = []\nwhile True: x.append([0])",
    "lists of forty": "x = []\nwhile True: x.append([0] * 40)",
    "dicts": "x = []\nwhile True: x.append(dict.fromkeys(range(5)))",
    "chain": "x = None\nwhile True: x = [x, [0] * 3]",
    "instances": "class A: pass\nx = []\nwhile True: x.append(A())",
    "bytes": "x = b'a'\nwhile True: x += x",
    "bytearray": "x = bytearray(100)\nwhile True: x += bytes(1000)",
    "str": "x = 'a'\nwhile True: x += x",
    "int": "x = 1 << (8 * 10**9)",
    "dict": "x, i = {}, 0\nwhile True: i += 1; x[i] = i",
    "maps": "import mmap\nx = []\nwhile True: x.append(mmap.mmap(-1, 1 << 20))",
    "output": "print('x' * 50_000_000)",
    "exceptions": "x = []\nwhile True:\n  try: 1 / 0\n  except Exception as error: x.append(error)",
}


@pytest.mark.parametrize("executor", [{"memory_mb": 64}], indirect=True)
@pytest.mark.parametrize("payload", HUNGRY)
def test_growth_ends_with_the_memory_limit(executor: Executor, payload: str) -> None:
    result = executor.run(HUNGRY[payload])
    assert isinstance(result.error, LimitExceeded) and result.error.limit == "memory_mb", result
    assert result.usage.memory_mb <= 80
    assert [event.data["limit"] for event in result.events if event.type == "limit"][:1] == ["memory_mb"]
    assert executor.run("x = None\n6 * 7").value == 42


@pytest.mark.parametrize("payload", sorted(set(HUNGRY) - {"maps", "int"}))
def test_growth_ends_with_the_memory_limit_under_the_interpreter_too(payload: str) -> None:
    with create_executor("local", limits=Limits(memory_mb=64, wall_s=20)) as executor:
        result = executor.run(HUNGRY[payload])
        assert isinstance(result.error, LimitExceeded) and result.error.limit == "memory_mb", result
        assert result.usage.memory_mb <= 80
        assert executor.run("x = None\n6 * 7").value == 42


@pytest.mark.parametrize("payload", ["loop", "one call", "regular expression", "sleep", "except", "finally", "repr"])
def test_nothing_outlasts_the_wall_clock_under_the_interpreter_either(payload: str) -> None:
    with create_executor("local", limits=Limits(wall_s=0.3, ops=10**12)) as executor:
        result = executor.run(ENDLESS[payload])
        assert isinstance(result.error, LimitExceeded) and result.error.limit == "wall_s", result
        assert executor.run("6 * 7").value == 42


@pytest.mark.parametrize("executor", [{"disk_mb": 4}], indirect=True)
@pytest.mark.parametrize(
    "payload",
    [
        "with open('x', 'wb') as file:\n  while True: file.write(bytes(65536))",
        "for i in range(99):\n  with open(f'x{i}', 'wb') as file: file.write(bytes(3 << 20))",
        "open('x', 'wb').truncate(1 << 40)",
    ],
)
def test_a_full_cell_is_the_disk_limit(executor: Executor, payload: str) -> None:
    if executor.isolation.level != "L3" and "range(99)" in payload:
        pytest.skip(f"needs isolation L3: /cell is not bounded as a whole at {executor.isolation.level}")
    result = executor.run(payload)
    assert isinstance(result.error, LimitExceeded) and (result.error.limit, result.error.code) == ("disk_mb", "HC608")
    assert result.state == ("rolled_back" if executor.capabilities.rollback else "kept")


FLOODS = {
    "print": "while True: print('x' * 1000)",
    "descriptor": "import os\nwhile True: os.write(1, b'x' * 65536)",
    "errors": "import os\nwhile True: os.write(2, b'x' * 65536)",
    "drops": "import os\nwhile True: os.write(1, b'xy')",
    "C": "import ctypes\nlibc = ctypes.CDLL(None)\nwhile True: libc.puts(b'x' * 1000)",
}


@pytest.mark.parametrize("executor", [{"output_bytes": 50_000}], indirect=True)
@pytest.mark.parametrize("payload", FLOODS)
def test_a_flood_of_output_is_cut_at_the_limit(executor: Executor, payload: str) -> None:
    result = executor.run(FLOODS[payload])
    assert isinstance(result.error, LimitExceeded) and result.error.limit == "output_bytes"
    assert len(result.stdout) + len(result.stderr) == 50_000


BREAKING: dict[str, tuple[str, type[RunError]]] = {
    "all descriptors closed": ("import os\nos.closerange(0, 4096)\nwhile True: pass", WorkerCrashed),
    "stream replaced": ("import os\nos.dup2(1, 3)\nwhile True: pass", WorkerCrashed),
    "left": ("import os\nos._exit(3)", WorkerCrashed),
    "invalid address": ("import ctypes\nctypes.string_at(0)", WorkerCrashed),
    "brackets": (FORGE + "while True: os.write(3, b'[' * (1 << 20) + b'\\n')", ProtocolError),
    "digits": (FORGE + "os.write(3, b'{\"t\":\"done\",\"id\":' + b'9' * 1_000_000 + b'}\\n')", ProtocolError),
    "events": (FORGE + "while True: send(t='event', type='refused', data={})", ProtocolError),
    "calls without waiting": (
        FORGE + 'call = b\'{"t":"call","id":%d,"name":"tool","args":[],"kwargs":{}}\\n\'\n'
        "os.write(3, call % 1 + call % 2)\nwhile True: pass",
        ProtocolError,
    ),
    "a replayed call": (
        FORGE + "for _ in range(2):\n  send(t='call', id=1, name='tool', args=[], kwargs={})\n  os.read(3, 65536)",
        ProtocolError,
    ),
}


@pytest.mark.parametrize("executor", [{"wall_s": 5}], indirect=True)
@pytest.mark.parametrize("payload", BREAKING)
def test_a_guest_that_breaks_its_worker(executor: Executor, payload: str) -> None:
    called: list[int] = []
    executor.send_tools({"tool": lambda: called.append(1)})
    code, kind = BREAKING[payload]
    result = executor.run(code)
    assert isinstance(result.error, kind), result
    assert result.state == "lost"
    assert len(called) <= 1
    assert executor.run("6 * 7").value == 42


def test_a_forged_answer_is_the_guests_own(executor: Executor) -> None:
    rows = '[["../../etc/passwd", 1, "x"], ["/etc/passwd", 1, "x"], ["a/../b", 1, "x"], ["\\ud800", 1, "x"]]'
    result = executor.run(FORGE + f"done(value='forged', artifacts={rows})\nwhile True: pass")
    assert (result.value, result.artifacts, result.error) == ("forged", (), None)


def test_an_undeclared_tool_named_in_a_frame_is_refused(executor: Executor) -> None:
    result = executor.run(
        FORGE + "send(t='call', id=1, name='os.system', args=['id'], kwargs={})\nprint(os.read(3, 999))"
    )
    assert "NameError" in result.stdout and '"value"' not in result.stdout
