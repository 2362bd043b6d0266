"""Nothing of one guest is visible to the next that the pool serves: one case for each channel.

Each case lets one session soil a channel as well as it can (what the wall refuses is refused) and two later ones look.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from executors import ExecutorPool, create_executor
from sandbox.errors import BackendUnavailable
from sandbox.limits import Limits
from sandbox.policy import Policy


@dataclasses.dataclass(frozen=True)
class Channel:
    """``look`` is an expression over ``imports`` that is ``clean`` in a session which nobody has used."""

    name: str
    imports: str
    soil: str
    look: str
    clean: object
    engines: tuple[str, ...] = ("interpreter", "restricted", "cpython")


NATIVE = ("cpython",)
_PLACES = "['/tmp', '/var/tmp', '/dev/shm', '/run', '/', '/cell', '.', '/cell/sub']"
_WRITE = f"""
for place in {_PLACES}:
    try:
        os.makedirs(place, exist_ok=True)
        with open(place + '/leak', 'w') as file:
            file.write('leak')
    except OSError:
        pass
"""
_READ = f"[place for place in {_PLACES} if os.path.exists(place + '/leak')]"
_SHARE = """
for make in (lambda: shared_memory.SharedMemory('leak', create=True, size=8), lambda: mmap.mmap(-1, 4096)):
    try:
        make().buf[0] = 7
    except Exception:
        pass
"""
_SHARED = """
def look():
    try:
        return bytes(shared_memory.SharedMemory('leak').buf[:1])
    except Exception:
        return 'nothing'
"""
CHANNELS = [
    Channel("names", "", "leak = 1", "'leak' in globals()", False),
    Channel("files", "import os", "open('leak', 'w').close()", "os.listdir('/cell')", []),
    Channel("files elsewhere", "import os", _WRITE, _READ, [], NATIVE),
    Channel("working directory", "import os", "os.mkdir('sub'); os.chdir('sub')", "os.listdir('.')", []),
    Channel("environment", "import os", "os.environ['LEAK'] = '1'", "os.environ.get('LEAK')", None),
    Channel("module attributes", "import math", "math.pi = math.leak = 3", "(math.pi, hasattr(math, 'leak'))",
            (3.141592653589793, False), NATIVE),
    Channel("class attributes", "import fractions", "fractions.Fraction.leak = 1",
            "hasattr(fractions.Fraction, 'leak')", False, NATIVE),
    Channel("builtins", "import builtins", "builtins.leak = 1", "hasattr(builtins, 'leak')", False, NATIVE),
    Channel("loaded modules", "import sys", "sys.modules['leak'] = sys", "'leak' in sys.modules", False, NATIVE),
    Channel("module search path", "import sys", "sys.path.append('/leak')", "'/leak' in sys.path", False, NATIVE),
    Channel("decimal context", "import decimal", "decimal.getcontext().prec = 5", "decimal.getcontext().prec", 28),
    Channel("default decimal context", "import decimal", "decimal.DefaultContext.prec = 5",
            "decimal.DefaultContext.prec", 28, NATIVE),
    Channel("warning filters", "import warnings", "warnings.simplefilter('error')", "warnings.warn('look')", None),
    Channel("logging", "import logging", "logging.basicConfig(level=10); logging.getLogger('leak').setLevel(10)",
            "(logging.getLogger().handlers, logging.getLogger().level, logging.getLogger('leak').level)", ([], 30, 0)),
    Channel("csv dialects", "import csv", "csv.register_dialect('leak', delimiter='|')",
            "'leak' in csv.list_dialects()", False),
    Channel("codec error handlers", "import codecs", "codecs.register_error('leak', len)",
            "'\\xe9'.encode('ascii', 'replace')", b"?", NATIVE),
    Channel("recursion limit", "import sys", "sys.setrecursionlimit(300)", "sys.getrecursionlimit() > 500", True),
    Channel("digits of large integers", "import sys", "sys.set_int_max_str_digits(700)",
            "sys.get_int_max_str_digits()", 4300, NATIVE),
    Channel("garbage collector", "import gc", "gc.disable(); gc.set_threshold(1)",
            "(gc.isenabled(), gc.get_threshold()[0] > 100)", (True, True), NATIVE),
    Channel("locale", "import locale", "locale.setlocale(locale.LC_ALL, 'C')", "locale.setlocale(locale.LC_CTYPE)",
            "C.UTF-8", NATIVE),
    Channel("time zone", "import os, time", "os.environ['TZ'] = 'LEAK-5'; time.tzset()", "'LEAK' in time.tzname",
            False, NATIVE),
    Channel("file mode mask", "import os", "os.umask(0)", "oct(os.umask(0o77))", "0o77", NATIVE),
    Channel("standard streams", "import sys", "sys.stdout = sys.stderr", "sys.stdout is sys.stderr", False, NATIVE),
    Channel("hooks", "import sys", "sys.excepthook = sys.settrace = print", "sys.excepthook is print", False, NATIVE),
    Channel("shared memory", "from multiprocessing import shared_memory\nimport mmap\n" + _SHARED, _SHARE, "look()",
            "nothing", NATIVE),
]  # fmt: skip
CASES = [pytest.param(engine, case, id=f"{case.name}-{engine}") for case in CHANNELS for engine in case.engines]


@pytest.fixture(scope="module")
def pools() -> Iterator[dict[str, ExecutorPool]]:
    """One session ready of each engine."""
    try:
        create_executor("local").start().close()
    except BackendUnavailable as error:
        pytest.skip(f"needs backend local: {error}")
    policy = Policy.standard(imports=["builtins", "codecs", "gc", "mmap", "multiprocessing.*"])
    with (
        ExecutorPool("local", 1) as guarded,
        ExecutorPool("restricted", 1) as restricted,
        ExecutorPool("local", 1, engine="cpython", policy=policy, limits=Limits(processes=2)) as native,
    ):
        yield {"interpreter": guarded, "restricted": restricted, "cpython": native}


@pytest.mark.parametrize(("engine", "case"), CASES)
def test_the_next_session_is_clean(pools: dict[str, ExecutorPool], engine: str, case: Channel) -> None:
    pool = pools[engine]
    soiled = pool.run(f"{case.imports}\n{case.soil}")
    assert soiled.error is None or soiled.error.kind == "policy"
    for _ in range(2):
        seen = pool.run(f"{case.imports}\n{case.look}")
        assert (seen.error, seen.value) == (None, case.clean)


@pytest.mark.parametrize("engine", ["interpreter", "restricted", "cpython"])
def test_no_two_sessions_draw_the_same_numbers(pools: dict[str, ExecutorPool], engine: str) -> None:
    code = "import random\ndrawn = random.random()\nrandom.seed(1)\ndrawn, random.random()"
    drawn = [pools[engine].run(code).value for _ in range(4)]
    assert len({first for first, _ in drawn}) == 4
    assert {second for _, second in drawn} == {0.13436424411240122}


@pytest.mark.parametrize("engine", ["interpreter", "restricted", "cpython"])
def test_numpy_draws_are_fresh_and_its_settings_are_not_shared(engine: str) -> None:
    pytest.importorskip("numpy")
    code = """
import numpy as np
drawn = float(np.random.rand()), float(np.random.default_rng().random())
precision = np.get_printoptions()['precision']
np.random.seed(1)
np.set_printoptions(precision=2)
(*drawn, precision, float(np.random.rand()))
"""
    with ExecutorPool("local", 1, engine=engine, policy=Policy.standard(imports=["numpy"])) as pool:
        seen = [pool.run(code).value for _ in range(4)]
    assert len({drawn for drawn, _, _, _ in seen}) == len({drawn for _, drawn, _, _ in seen}) == 4
    assert [rest for _, _, *rest in seen] == [[8, 0.417022004702574]] * 4


def test_a_process_that_a_guest_left_behind_is_gone(pools: dict[str, ExecutorPool]) -> None:
    left = "import os\npid = os.fork()\nif pid == 0:\n    while True: pass\nos.getpid(), pid"
    assert pools["cpython"].run(left).value == (1, 2)
    count = "import os\npid = os.fork()\nif pid == 0:\n    os._exit(0)\nos.waitpid(pid, 0)\npid"
    assert [pools["cpython"].run(count).value for _ in range(2)] == [2, 2]
