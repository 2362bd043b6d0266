"""Snapshots and the life of a session: busy, closed, lost, cancelled, too large."""

from __future__ import annotations

import asyncio
import platform
from typing import Any

import pytest

from executors import create_executor, describe_snapshot
from executors.envelope import Saved, SavedFile, seal
from sandbox.errors import EncodeError, LimitExceeded, SessionBusy, SessionClosed, SnapshotError
from sandbox.events import Event
from sandbox.limits import Limits
from sandbox.policy import Policy

LEAVE = "import os\nos._exit(3)"


def test_what_is_left_out_is_told() -> None:
    events: list[Event] = []
    with create_executor("local", on_event=events.append) as executor:
        executor.run("g = (n for n in [1])\nk = 1\nh = [g]")
        with pytest.raises(
            EncodeError, match=r"g \(generator\) cannot be saved: .*; neither can 'h'\. .*leave_out=\['g'\]"
        ):
            executor.snapshot()
        executor.snapshot(leave_out=["g"], leave_out_unsavable=True)
    (saved,) = [event.data for event in events if event.type == "session.saved"]
    assert saved["left_out"] == "g, h"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("globals()['x' * 1001] = 1", "a global name that is no plain text, or a long one"),
        (
            "import string\nclass E(ValueError, string.Formatter):\n    pass\nkept = E()",
            "its class derives from 'Formatter' of a library",
        ),
        ("import typing\nkept = typing.Type[int]", r"it is an alias of another form than X\[Y\]"),
    ],
)
def test_what_cannot_be_read_whole_is_refused(code: str, why: str) -> None:
    with create_executor("local", enclosure="inprocess", min_isolation="none") as executor:
        executor.run(code)
        with pytest.raises(EncodeError, match=why):
            executor.snapshot()


def test_leaving_out_what_is_not_there_is_an_error() -> None:
    with create_executor("local") as executor:
        with pytest.raises(ValueError, match="leave_out names 'nothing', which is no variable"):
            executor.snapshot(leave_out=["nothing"])
        with pytest.raises(TypeError, match="leave_out is a list of names"):
            executor.snapshot(leave_out="nothing")


def test_a_lost_session_comes_back_as_its_last_snapshot() -> None:
    events: list[Event] = []
    with create_executor("local", engine="cpython", on_event=events.append) as executor:
        executor.run("x = [1]")
        executor.files.write("a.txt", "kept")
        saved = executor.snapshot()
        result = executor.run(f"x.append(2)\n{LEAVE}")
        assert (result.state, result.error and result.error.kind) == ("rolled_back", "crash")
        assert executor.run("x, open('a.txt').read()").value == ([1], "kept")
        lost = executor.run(f"x.append(3)\n{LEAVE}")
        assert lost.state == "lost"
        assert executor.run("x").value == [1]
    started = [event.data.get("restored") for event in events if event.type == "session.started"]
    assert started == [None, *[saved[27:91].decode("ascii")] * 2]


def test_a_change_after_the_snapshot_is_lost_and_told_so() -> None:
    with create_executor("local", engine="cpython") as executor:
        executor.run("x = 1")
        executor.snapshot()
        executor.send_variables({"y": 2})
        assert executor.run(LEAVE).state == "lost"
        assert executor.run("x, 'y' in globals()").value == (1, False)


def test_what_a_snapshot_left_out_is_lost_with_the_session() -> None:
    with create_executor("local", engine="cpython") as executor:
        executor.run("x = 1\ng = (n for n in [1])")
        executor.snapshot(leave_out_unsavable=True)
        assert executor.run(LEAVE).state == "lost"
        assert executor.run("x, 'g' in globals()").value == (1, False)
        assert executor.run(LEAVE).state == "lost", "a run went before"
        executor.snapshot()
        assert executor.run(LEAVE).state == "rolled_back"


def test_a_session_without_a_snapshot_stays_lost() -> None:
    with create_executor("local", engine="cpython") as executor:
        executor.run("x = 1")
        assert executor.run(LEAVE).state == "lost"
        assert executor.run("'x' in globals()").value is False


def test_a_restored_session_is_rolled_back_as_any_other() -> None:
    with create_executor("local", limits=Limits(wall_s=1)) as executor:
        executor.run("x = [1]")
        executor.restore(executor.snapshot())
        executor.run("y = 1")
        result = executor.run("x.append(2)\nwhile True: pass")
        assert result.state == ("rolled_back" if executor.capabilities.rollback else "kept")
        assert executor.run("x").value == ([1] if executor.capabilities.rollback else [1, 2])


def test_one_caller_at_a_time() -> None:
    with create_executor("local") as executor:
        caught: list[BaseException] = []

        def again() -> None:
            for act in (executor.snapshot, lambda: executor.restore(saved)):
                try:
                    act()
                except SessionBusy as error:
                    caught.append(error)

        saved = executor.snapshot()
        executor.send_tools({"again": again})
        assert executor.run("again()").error is None
        assert [type(error) for error in caught] == [SessionBusy, SessionBusy]
    for act in (executor.snapshot, lambda: executor.restore(saved)):
        with pytest.raises(SessionClosed):
            act()


def test_the_async_twins() -> None:
    async def there_and_back() -> Any:
        with create_executor("local") as executor:
            await executor.arun("x = 1")
            saved = await executor.asnapshot(key=b"sixteen bytes key")
            await executor.arun("x = 2")
            await executor.arestore(saved, key=b"sixteen bytes key")
            return (await executor.arun("x")).value

    assert asyncio.run(there_and_back()) == 1


def test_sizes_are_limited_on_both_sides() -> None:
    small = Limits(snapshot_mb=1, disk_mb=1)
    with create_executor("local") as large, create_executor("local", limits=small) as executor:
        large.run("x = [str(n) for n in range(200000)]")
        with pytest.raises(SnapshotError, match="1048576 bytes that a snapshot may have"):
            executor.restore(large.snapshot())
        large.run("x = 1\nopen('big', 'wb').write(b'a' * 3000000)")
        with pytest.raises(SnapshotError, match="disk_mb"):
            executor.restore(large.snapshot())
        executor.run("y = [str(n) for n in range(200000)]")
        with pytest.raises(EncodeError, match="larger than 1048576 bytes|comes to"):
            executor.snapshot()
        assert executor.run("len(y)").value == 200000


def test_memory_that_runs_out_is_told_and_the_session_lives() -> None:
    limits = Limits(memory_mb=64, snapshot_mb=1024)
    with create_executor("local", limits=limits) as executor:
        assert executor.run("x = [(n,) for n in range(200000)]").error is None
        with pytest.raises(LimitExceeded, match="no memory left"):
            executor.snapshot()
        assert executor.run("len(x)").value == 200000


def test_a_snapshot_describes_itself() -> None:
    key = b"sixteen bytes key"
    with create_executor("local") as executor:
        executor.run("g = (n for n in [1])")
        executor.files.write("d/a.txt", "text")
        saved = executor.snapshot(key=key, leave_out_unsavable=True)
    found = describe_snapshot(saved, key=key)
    assert (found.engine, found.python, dict(found.files)) == (
        "interpreter",
        platform.python_version(),
        {"d": 0, "d/a.txt": 4},
    )
    assert dict(found.left_out) == {"g": "g (generator): it is an open generator"}
    with pytest.raises(SnapshotError):
        describe_snapshot(saved, key=b"another key of bytes")


def test_a_description_unpacks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    files = (SavedFile("a", 0o600, 0, False, bytes(1 << 20)), SavedFile("b", 0o600, 0, False, b"b"))
    saved = seal(Saved(b"{}", files, "3", "x", {}), None)
    monkeypatch.delattr("zlib.decompressobj")
    assert dict(describe_snapshot(saved).files) == {"a": 1 << 20, "b": 1}


@pytest.mark.parametrize("engine", ["interpreter", "restricted", "cpython"])
@pytest.mark.parametrize("code", ["random.seed(5)\nrandom.random()", "random.random()", ""])
def test_a_deterministic_session_goes_on_with_its_random_numbers(engine: str, code: str) -> None:
    options: dict[str, Any] = {"engine": engine, "policy": Policy.standard(deterministic=True)}
    with create_executor("local", **options) as executor, create_executor("local", **options) as other:
        if code:
            executor.run(f"import random\n{code}")
        other.restore(executor.snapshot())
        draw = "import random\n[random.random() for _ in range(3)]"
        assert other.run(draw).value == executor.run(draw).value
