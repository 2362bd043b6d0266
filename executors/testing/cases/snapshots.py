"""A session can be saved as bytes and restored, here or elsewhere."""

from __future__ import annotations

import functools

from sandbox.errors import EncodeError, SnapshotError

from ...base import Executor
from ..case import Case, add, case, equal, ok
from ..kept import KEPT

KEY = b"sixteen bytes or more"


def _comes_back(program: str, shown: str, executor: Executor) -> None:
    ok(executor.run(program))
    saved = executor.snapshot()
    expected = ok(executor.run(f"repr(({shown}))")).value
    executor.restore(saved)
    equal(ok(executor.run(f"repr(({shown}))")).value, expected)
    # What was restored can be saved again, and is the same then.
    again = executor.restore(saved).snapshot()
    equal(ok(executor.restore(again).run(f"repr(({shown}))")).value, expected)


for _name, (_program, _shown) in KEPT.items():
    add(Case(f"snapshots.{_name}", functools.partial(_comes_back, _program, _shown), needs=("snapshot",)))


@case(needs=("snapshot",))
def variables_are_as_they_were(executor: Executor) -> None:
    ok(executor.run("x = [1]\ny = x"))
    saved = executor.snapshot()
    ok(executor.run("x.append(2)\nz = 3\ndel y"))
    executor.restore(saved)
    equal(ok(executor.run("x.append(5)\n(x, y, 'z' in globals())")).value, ([1, 5], [1, 5], False))


@case(needs=("snapshot",))
def random_numbers_go_on(executor: Executor) -> None:
    ok(executor.run("import random\nrandom.seed(7)\nrandom.random()"))
    saved = executor.snapshot()
    expected = ok(executor.run("[random.random(), random.gauss(0, 1), random.random()]")).value
    equal(ok(executor.restore(saved).run("[random.random(), random.gauss(0, 1), random.random()]")).value, expected)


@case(needs=("snapshot",))
def files_come_back(executor: Executor) -> None:
    ok(executor.run("import os\nos.makedirs('a/empty')\nwith open('a/b.txt', 'w') as f:\n    f.write('é' * 200000)"))
    ok(executor.run("del f\nos.utime('a/b.txt', (5, 1234567890))\nos.chmod('a/b.txt', 0o640)"))
    saved = executor.snapshot()
    ok(executor.run("os.remove('a/b.txt')\nopen('c.txt', 'w').close()"))
    executor.restore(saved)
    shown = "os.listdir(), sorted(os.listdir('a')), len(open('a/b.txt').read()), s.st_mtime, s.st_mode & 0o777"
    found = ok(executor.run(f"s = os.stat('a/b.txt')\n{shown}")).value
    equal(found, (["a"], ["b.txt", "empty"], 200000, 1234567890.0, 0o640))


@case(needs=("snapshot",))
def tools_are_found_by_name(executor: Executor) -> None:
    executor.send_tools({"double": lambda n: 2 * n})
    ok(executor.run("kept = double\ndef f(n):\n    return double(n) + kept(n)"))
    equal(ok(executor.restore(executor.snapshot()).run("f(2)")).value, 8)


@case(needs=("snapshot",))
def what_cannot_be_saved_is_told_by_path(executor: Executor) -> None:
    ok(executor.run("class Box:\n    pass\nb = Box()\nb.items = [1, (n for n in [1])]\nc = 2"))
    try:
        executor.snapshot()
    except EncodeError as error:
        equal((error.path, "open generator" in str(error)), ("b.items[1]", True))
    else:
        raise AssertionError("a generator was saved")
    equal(ok(executor.run("next(b.items[1]) + c")).value, 3)


@case(needs=("snapshot",))
def what_cannot_be_saved_is_left_out_on_request(executor: Executor) -> None:
    ok(executor.run("g = (n for n in [1])\nk = 1"))
    shown = "('g' in globals(), k)"
    for saved in (executor.snapshot(leave_out=["g"]), executor.snapshot(leave_out_unsavable=True)):
        equal(ok(executor.restore(saved).run(shown)).value, (False, 1))
        ok(executor.run("g = (n for n in [1])"))


@case(needs=("snapshot",))
def a_changed_snapshot_is_refused(executor: Executor) -> None:
    ok(executor.run("x = 1"))
    saved = executor.snapshot(key=KEY)
    ok(executor.run("x = 2"))
    for data, key in ((saved[:-1], None), (saved[:-1] + b"!", None), (saved, b"another key of bytes"), (b"", None)):
        try:
            executor.restore(data, key=key)
        except SnapshotError:
            continue
        raise AssertionError("a changed snapshot was restored")
    equal(ok(executor.run("x")).value, 2)
    equal(ok(executor.restore(saved, key=KEY).run("x")).value, 1)


@case(needs=("snapshot",))
def an_unsigned_snapshot_is_refused_where_a_key_is_given(executor: Executor) -> None:
    ok(executor.run("x = 1"))
    try:
        executor.restore(executor.snapshot(), key=KEY)
    except SnapshotError as error:
        equal("not signed" in str(error), True)
    else:
        raise AssertionError("an unsigned snapshot was restored")
