"""A run that fails is undone: whatever ended it, and whatever it had changed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from executors import Executor, create_executor
from executors.rollback import Rollback
from sandbox.errors import GuestError, LimitExceeded, PolicyViolation, RunError, WorkerCrashed
from sandbox.limits import Limits
from sandbox.policy import Allow, Deny, Policy
from sandbox.values import Opaque

PREPARE = """
import decimal, itertools, os, random
rows = [[1, 2], {"k": (3,)}]
alias = rows[0]
counter = itertools.count(5)
_ = next(counter)
numbers = (n * n for n in range(9))
_ = next(numbers)
random.seed(7)
_ = decimal.getcontext().prec = 7
def f(n):
    return n + 1
class C:
    k = 1
    def m(self):
        return self.k
c = C()
with open("kept.txt", "w") as _:
    _.write("kept")
log = open("log.txt", "w+")
_ = log.write("one ")
log.flush()
os.mkdir("d")
"""
SPOIL = """
rows.append(4); alias.append(9); c.k = 5; C.k = 6; del numbers
_ = next(counter), random.random()
decimal.getcontext().prec = 3
def f(n):
    return 0
new = 1
with open("kept.txt", "a") as _:
    _.write("spoilt")
_ = log.write("two ")
log.flush()
_ = log.seek(0)
os.remove("log.txt"); os.rmdir("d")
with open("d", "w") as _:
    _.write("a file now")
"""
LOOK = """
where = log.tell()
_ = log.seek(0)
told = log.read()
_ = log.seek(where)
(rows, alias is rows[0], next(counter), next(numbers), random.random(), str(decimal.Decimal(1) / 3), f(1), c.m(), C.k,
 open("kept.txt").read(), where, told, sorted(os.listdir(".")), os.path.isdir("d"), "new" in globals())
"""
LIMITS = Limits(wall_s=2, memory_mb=64, disk_mb=4, output_bytes=10_000, tool_calls=3, ops=200_000)


def jailed(**options: Any) -> Executor:
    executor = create_executor("local", **options)
    if executor.isolation.level != "L3":
        executor.close()
        pytest.skip(f"needs isolation L3: the jail reaches {executor.isolation.level} here")
    return executor


@pytest.fixture(scope="module")
def guarded() -> Iterator[Executor]:
    with jailed(limits=LIMITS) as executor:
        executor.send_tools({"tool": lambda: 1})
        yield executor


@pytest.fixture(scope="module")
def expected() -> Any:
    with jailed(limits=LIMITS) as executor:
        assert executor.run(PREPARE).error is None
        return executor.run(LOOK).value


def _limit(name: str) -> Callable[[RunError], bool]:
    return lambda error: isinstance(error, LimitExceeded) and error.limit == name


CAUSES: dict[str, tuple[str, Callable[[RunError], bool]]] = {
    "wall": ("import time\nwhile True: time.sleep(0.01)", _limit("wall_s")),
    "memory": ("hog = []\nwhile True: hog.append('x' * 100_000 + str(len(hog)))", _limit("memory_mb")),
    "output": ("while True: print('x' * 99)", _limit("output_bytes")),
    "output in one": ("print('x' * 20_000)", _limit("output_bytes")),
    "operations": ("for _ in range(900_000): pass", _limit("ops")),
    "tool calls": ("for _ in range(9): tool()", _limit("tool_calls")),
    "import": ("import socket", lambda error: isinstance(error, PolicyViolation) and error.code == "HC201"),
    "refused, caught": (
        "try:\n    ().__class__.__base__.__subclasses__()\nexcept BaseException:\n    pass",
        lambda error: isinstance(error, PolicyViolation),
    ),
    "refused before it runs": ("tool = 1", lambda error: isinstance(error, PolicyViolation)),
}


@pytest.mark.parametrize("cause", sorted(CAUSES))
def test_every_cause_undoes_all(cause: str, expected: Any) -> None:
    code, is_cause = CAUSES[cause]
    with jailed(limits=LIMITS) as executor:
        executor.send_tools({"tool": lambda: 1})
        assert executor.run(PREPARE).error is None
        result = executor.run(SPOIL + code)
        assert result.error is not None and is_cause(result.error), result.error
        assert (result.state, result.variables, result.artifacts) == ("rolled_back", (), ())
        ended = [event.data["state"] for event in result.events if event.type == "run.ended"]
        assert ended == ["rolled_back"]
        assert executor.run(LOOK).value == expected
        assert executor.run(SPOIL + "1").state == "kept"


def test_a_full_disk_is_undone(guarded: Executor) -> None:
    assert guarded.run("import os\nwith open('a', 'w') as f: _ = f.write('a' * 3_000_000)").state == "kept"
    fill = (
        "with open('a', 'w') as f: pass\nfor n in range(9):\n    with open('b', 'a') as f: _ = f.write('b' * 1_000_000)"
    )
    full = guarded.run(fill)
    assert full.error is not None and _limit("disk_mb")(full.error)
    assert full.state == "rolled_back"
    assert guarded.run("len(open('a').read()), os.path.exists('b')").value == (3_000_000, False)
    assert guarded.run("os.remove('a')").state == "kept"


ESCAPED = "'\\0' * 1_500_000"
"""Within the limit as a text, above it as the ASCII that it travels as."""


@pytest.mark.parametrize("last", [ESCAPED, f"final_answer({ESCAPED})"], ids=["value", "final answer"])
def test_a_value_that_turns_out_too_large_to_send_is_undone(last: str, expected: Any) -> None:
    with jailed(limits=Limits(value_bytes=4 << 20)) as executor:
        assert executor.run(PREPARE).error is None
        result = executor.run(SPOIL + last)
        assert result.error is not None and _limit("value_bytes")(result.error)
        assert (result.state, result.value, result.is_final_answer) == ("rolled_back", None, False)
        assert executor.run(LOOK).value == expected


def test_a_value_above_the_limit_is_shown_and_a_final_answer_an_error_and_both_keep_the_run() -> None:
    with jailed(limits=Limits(value_bytes=10_000)) as executor:
        executor.run("x = 'a' * 20_000\nn = 0")
        shown = executor.run("n += 1\nx")
        assert (isinstance(shown.value, Opaque), shown.error, shown.state) == (True, None, "kept")
        answered = executor.run("n += 1\nfinal_answer(x)")
        assert isinstance(answered.error, GuestError) and answered.error.type == "EncodeError"
        assert (answered.is_final_answer, answered.state) == (False, "kept")
        assert executor.run("n, len(x)").value == (2, 20_000)


def test_what_keeps_a_run(guarded: Executor) -> None:
    guarded.run("x = 1")
    raised = guarded.run("x = 2\n1 / 0")
    assert (isinstance(raised.error, GuestError), raised.state) == (True, "kept")
    assert (guarded.run("x = x + 1\nfinal_answer(x)").state, guarded.run("x").value) == ("kept", 3)
    assert guarded.run("x = 9\nraise SystemExit").state == "kept"
    caught = guarded.run("try:\n    import socket\nexcept ImportError:\n    x = 'caught'\nx")
    assert (caught.value, caught.state) == ("caught", "kept")
    full = guarded.run("try:\n    y = 'y' * (1 << 40)\nexcept MemoryError:\n    x = 'full'\nx")
    assert (full.value, full.state) == ("full", "kept")


def test_a_soft_interrupt_keeps_what_was_done() -> None:
    with jailed(limits=Limits(wall_s=60)) as executor:
        executor.run("x = 1")
        executor.send_tools({"stop": executor.interrupt})
        result = executor.run("x = 2\nstop()\nwhile True: pass")
        assert isinstance(result.error, LimitExceeded) and result.error.limit == "interrupt"
        assert (result.state, executor.run("x").value) == ("kept", 2)


def test_on_exceptions(expected: Any) -> None:
    with jailed(limits=LIMITS, rollback=Rollback(on_exceptions=True)) as executor:
        executor.run(PREPARE)
        result = executor.run(SPOIL + "1 / 0")
        assert (isinstance(result.error, GuestError), result.state) == (True, "rolled_back")
        assert executor.run(LOOK).value == expected
        assert (executor.run("final_answer(7)").state, executor.run("x = 5").state) == ("kept", "kept")


def test_a_first_run_that_fails_leaves_a_fresh_session() -> None:
    with jailed(limits=LIMITS) as executor:
        result = executor.run("x = 1\nwhile True: pass")
        assert result.state == "rolled_back"
        again = executor.run("'x' in globals()")
        assert (again.value, again.state) == (False, "kept")
        assert [event.type for event in again.events if event.type == "session.started"] == ["session.started"]


def test_what_the_host_sent_survives() -> None:
    with jailed(limits=LIMITS) as executor:
        executor.send_variables({"rows": [1, 2]})
        executor.files.write("in.txt", b"data")
        executor.send_tools({"tool": lambda: "told"})
        spoilt = executor.run("rows.append(3)\nopen('in.txt', 'w').close()\nwhile True: pass")
        assert spoilt.state == "rolled_back"
        assert executor.run("rows, open('in.txt').read(), tool()").value == ([1, 2], "data", "told")
        executor.files.write("later.txt", b"later")
        assert executor.run("import os\nos.remove('later.txt')\nwhile True: pass").state == "rolled_back"
        assert executor.files.read("later.txt") == b"later"


def test_a_denied_tool_undoes_the_run() -> None:
    policy = Policy.standard(decide=lambda request: Deny("no") if request.kind == "tool" else Allow())
    with jailed(limits=LIMITS, policy=policy) as executor:
        executor.send_tools({"tool": lambda: 1})
        first = executor.run("x = 1")
        if first.error is not None:
            pytest.fail(str(first.error))
        result = executor.run("x = 2\ntool()")
        assert (isinstance(result.error, PolicyViolation), result.state) == (True, "rolled_back")
        assert executor.run("x").value == 1


def test_a_database_is_as_before() -> None:
    prepare = """
import sqlite3
db = sqlite3.connect("a.db")
_ = db.execute("create table t (n)")
_ = db.execute("insert into t values (1)")
db.commit()
"""
    spoil = "_ = db.execute('insert into t values (2)')\ndb.commit()\nwhile True: pass"
    rows = "[n for n, in db.execute('select n from t')]"
    with jailed(limits=LIMITS) as executor:
        for mode in ("delete", "wal"):
            first = prepare if mode == "delete" else "_ = db.execute('pragma journal_mode=wal').fetchall()"
            assert executor.run(first).error is None
            result = executor.run(spoil)
            assert result.state == "rolled_back", (mode, result.error)
            assert executor.run(rows).value == ([1] if mode == "delete" else [1, 3])
            # A transaction goes on over several runs, each in a process of its own.
            begun = executor.run("_ = db.execute('insert into t values (3)')")
            assert (begun.error, begun.state) == (None, "kept")
            assert executor.run("while True: pass").state == "rolled_back"
            assert executor.run("db.commit()").error is None
            assert executor.run(
                f"sqlite3.connect('a.db').execute('select count(*) from t').fetchone()[0], {rows}"
            ).value == ((2, [1, 3]) if mode == "delete" else (3, [1, 3, 3]))


@pytest.mark.parametrize(
    "gone", ["os.remove('f')", "os.rename('f', 'g')", "os.replace('other', 'f')", "os.truncate('f', 0)"]
)
def test_an_open_file_goes_on_naming_its_file(gone: str) -> None:
    with jailed(limits=LIMITS) as executor:
        code = "import os\nf = open('f', 'w+')\n_ = f.write('one ')\nf.flush()\nwith open('other', 'w') as o: pass"
        assert executor.run(code).error is None
        executor.run("1")
        if "truncate" in gone:
            gone = "open('f', 'w').close()"
        assert executor.run(f"_ = f.write('lost ')\nf.flush()\n{gone}\nwhile True: pass").state == "rolled_back"
        assert executor.run("_ = f.write('two')\nf.flush()\nopen('f').read(), sorted(os.listdir('.'))").value == (
            "one two",
            ["f", "other"],
        )


@pytest.mark.parametrize("mode", [0, 0o100, 0o200, 0o300, 0o400, 0o500, 0o600])
@pytest.mark.parametrize("act", ["os.remove('d/e/f')", "open('d/e/g', 'w').close()", "open('d/e/f', 'w').close()", ""])
def test_a_directory_that_a_run_closed_is_as_before(mode: int, act: str) -> None:
    with jailed(limits=LIMITS) as executor:
        assert executor.run("import os\nos.makedirs('d/e')\n_ = open('d/e/f', 'w').write('kept')").error is None
        close = "".join(f"os.chmod({path!r}, {mode})\n" for path in ("d/e", "d", "."))
        for _ in range(2):
            assert executor.run(f"{act}\n{close}while True: pass").state == "rolled_back"
            assert executor.run(
                "open('d/e/f').read(), os.listdir('d/e'), [oct(os.stat(each).st_mode) for each in ('d/e', 'd', '.')]"
            ).value == ("kept", ["f"], ["0o40700"] * 3)


def test_a_session_above_up_to_mb_is_not_copied_unless_asked() -> None:
    hold = "x = 1\nheld = bytearray(24 << 20)\nfor n in range(0, len(held), 4096): held[n] = 1"
    for rollback, state in (
        (Rollback(up_to_mb=8), "lost"),
        (Rollback(up_to_mb=100), "rolled_back"),
        (True, "rolled_back"),
    ):
        with jailed(limits=Limits(wall_s=1), rollback=rollback) as executor:
            assert executor.run(hold).state == "kept"
            result = executor.run(
                "x = 2\nwhile True:\n    try:\n        while True: pass\n    finally:\n        continue"
            )
            # Stopped softly, the session is not even lost.
            assert result.state in ({"lost", "kept"} if state == "lost" else {state})
            if state == "rolled_back":
                assert executor.run("x, len(held)").value == (1, 24 << 20)


def test_never_and_backends_without_copies() -> None:
    for options in ({"rollback": False}, {"rollback": Rollback(when="never")}, {"engine": "cpython"}):
        with jailed(limits=LIMITS, **options) as executor:
            assert executor.capabilities.rollback is False
            executor.run("x = 1")
            result = executor.run("x = 2\nprint('y' * 20_000)")
            assert result.state in ("kept", "lost") and result.error is not None
    with create_executor("local", enclosure="inprocess", min_isolation="none", limits=LIMITS) as executor:
        assert executor.capabilities.rollback is False
        executor.run("x = 1")
        assert (executor.run("x = 2\nwhile True: pass").state, executor.run("x").value) == ("kept", 2)


def test_usage_is_that_of_the_copy() -> None:
    with jailed(limits=Limits(cpu_s=20)) as executor:
        executor.run("import time\nhog = bytearray(8 << 20)")
        first = executor.run("t = time.process_time()\nwhile time.process_time() < t + 0.2: pass").usage
        assert 0.19 <= first.cpu_s <= first.wall_s + 0.1
        assert executor.run("1").usage.cpu_s < 0.2
        grown = executor.run(
            "t = time.process_time()\nhog = bytearray(b'x') * (32 << 20)\nwhile time.process_time() < t + 0.02: pass"
        )
        assert 30 <= grown.usage.memory_mb <= 60


def test_cpu_per_run_undoes() -> None:
    with jailed(limits=Limits(cpu_s=0.2, wall_s=20)) as executor:
        executor.run("x = 1")
        result = executor.run("x = 2\nwhile True: pass")
        assert result.error is not None and _limit("cpu_s")(result.error)
        assert (result.state, executor.run("x").value) == ("rolled_back", 1)


def test_random_numbers_go_on_and_come_back() -> None:
    with jailed(limits=LIMITS) as executor:
        executor.run("import random\nrandom.seed(1)")
        numbers = [executor.run("random.random()").value for _ in range(3)]
        assert executor.run("_ = random.random()\nwhile True: pass").state == "rolled_back"
        numbers.append(executor.run("random.random()").value)
    import random

    own = random.Random(1)
    assert numbers == [own.random() for _ in range(4)]


def test_deterministic_sessions_roll_back_files_too() -> None:
    with jailed(limits=LIMITS, policy=Policy.standard(deterministic=True)) as executor:
        executor.run("with open('f', 'w') as f: _ = f.write('before')")
        for _ in range(3):
            assert executor.run("1").state == "kept"
        assert executor.run("with open('f', 'w') as f: _ = f.write('behind')\nwhile True: pass").state == "rolled_back"
        assert executor.run("open('f').read()").value == "before"


def test_times_that_a_guest_sets_hide_nothing() -> None:
    with jailed(limits=LIMITS) as executor:
        executor.run("import os\nmtime = os.stat('.').st_mtime_ns")
        hide = "with open('f', 'w') as f: pass\nos.utime('.', ns=(mtime, mtime))\nwhile True: pass"
        assert executor.run(hide).error is not None
        assert executor.run("os.listdir('.')").value == []


def test_sessions_in_threads() -> None:
    failures: list[object] = []

    def use(number: int) -> None:
        try:
            with create_executor("local", limits=Limits(ops=50_000)) as executor:
                executor.run("x = []")
                for turn in range(8):
                    bad = executor.run(f"x.append({turn})\nwhile True: pass")
                    good = executor.run(f"x.append({number})\nx")
                    if (bad.state, good.value) != ("rolled_back", [number] * (turn + 1)):
                        failures.append((bad, good))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_fork_of_the_host_leaves_the_session_alone() -> None:
    with jailed(limits=LIMITS) as executor:
        executor.run("x = 1")
        executor.run("x = 2")
        pid = os.fork()
        if pid == 0:
            try:
                executor.close()
            finally:
                os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0
        assert executor.run("x = 3\nwhile True: pass").state == "rolled_back"
        assert executor.run("x").value == 2


def test_a_crash_undoes() -> None:
    policy = Policy.standard(imports=["_socket", "ctypes", "os"])
    with jailed(limits=LIMITS, engine="cpython", rollback=True, policy=policy) as executor:
        executor.run("import os\nx = 1\nf = open('f', 'w')")
        for code, kind, text in (
            ("os._exit(3)", WorkerCrashed, "exit status 3"),
            ("import _socket\n_socket.socket()", PolicyViolation, "system call"),
            ("import ctypes\nctypes.string_at(0)", WorkerCrashed, "SIGSEGV"),
            ("os.kill(os.getpid(), 9)", WorkerCrashed, "killed"),
            ("os.close(3)\nwhile True: pass", RunError, ""),
        ):
            result = executor.run(f"x = 2\nos.remove('f')\n{code}")
            assert isinstance(result.error, kind) and text in str(result.error), (code, result.error)
            assert (result.state, executor.run("x, os.listdir()").value) == ("rolled_back", (1, ["f"])), code


@pytest.mark.usefixtures("collected")
def test_many_runs_leave_nothing_behind() -> None:
    with jailed(limits=LIMITS) as executor:
        executor.run("x = 0")
        for _ in range(20):
            executor.run("x += 1")
        before = len(os.listdir("/proc/self/fd"))
        for turn in range(100):
            assert executor.run("x += 1").state == "kept"
            if turn % 10 == 0:
                assert executor.run("x = -1\nimport socket").state == "rolled_back"
        assert len(os.listdir("/proc/self/fd")) == before
        result = executor.run("x")
        assert (result.value, [e for e in result.events if e.type == "checkpoint.failed"]) == (120, [])
