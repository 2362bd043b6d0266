"""Branches of a session: independent in variables, files, outputs and fate."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from executors import create_executor
from executors.base import Executor
from executors.recording import Recording
from sandbox.errors import BackendUnavailable, LimitExceeded, SessionBusy
from sandbox.events import Event
from sandbox.limits import Limits

pytestmark = pytest.mark.usefixtures("needs_full_jail")


@pytest.fixture
def session() -> Iterator[Executor]:
    with create_executor("local", branches=3, limits=Limits(wall_s=5)) as executor:
        yield executor


def value(executor: Executor, code: str) -> Any:
    return executor.run(code).raise_for_error().value


def test_branches_begin_where_the_session_is_and_go_their_own_ways(session: Executor) -> None:
    session.send_tools({"double": lambda n: 2 * n})
    value(session, "class Point:\n    x = 1\np = [Point()]\ndef f(): return len(p)\nimport random\nrandom.seed(1)")
    with session.fork() as one, session.fork() as two:
        assert value(one, "p.append(2); (f(), type(p[0]) is Point, double(4))") == (2, True, 8)
        assert value(two, "(f(), double(5))") == (1, 10)
        assert value(session, "f()") == 1
        drawn = [value(each, "random.random()") for each in (one, two, session)]
        assert len(set(drawn)) == 1


def test_a_fresh_session_can_be_forked(session: Executor) -> None:
    with session.fork() as branch:
        assert value(branch, "x = 1\nx") == 1
        assert session.run("x").error is not None


def test_files_are_copied_and_then_apart(session: Executor) -> None:
    value(
        session,
        "import os\nos.makedirs('d/e')\nopen('d/e/a', 'w').write('one')\n"
        "os.chmod('d/e/a', 0o600)\nos.utime('d', (5, 5))",
    )
    with session.fork() as branch:
        assert branch.files.read("d/e/a") == b"one"
        assert value(branch, "(os.stat('d').st_mtime, oct(os.stat('d/e/a').st_mode), os.getcwd())") == (
            5.0,
            "0o100600",
            "/cell",
        )
        value(branch, "open('d/e/a', 'a').write('two')\nopen('new', 'w').write('x')\nos.chdir('d')")
        session.files.write("other", "y")
        assert (session.files.read("d/e/a"), session.files.list()) == (b"one", ["d/e/a", "other"])
        assert (branch.files.read("d/e/a"), branch.files.list()) == (b"onetwo", ["d/e/a", "new"])
        assert value(branch, "open('e/a').read()") == "onetwo"


def test_a_snapshot_of_a_branch_holds_its_own_files(session: Executor) -> None:
    value(session, "open('both', 'w').write('1')")
    with session.fork() as branch:
        value(branch, "open('both', 'w').write('22')\nopen('new', 'w').write('x')")
        session.files.remove("both")
        saved = branch.snapshot()
    session.restore(saved)
    assert session.files.list() == ["both", "new"]
    assert session.files.read("both") == b"22"


def test_open_files_are_the_branchs_own(session: Executor) -> None:
    value(
        session, "open('a', 'w').write('abcdef')\nf = open('a')\ng = open('b', 'a')\nf.read(2)\ng.write('1')\ng.flush()"
    )
    with session.fork() as branch:
        assert value(branch, "g.write('2')\ng.flush()\n(f.read(2), open('b').read())") == ("cd", "12")
        assert value(session, "(f.read(1), open('b').read())") == ("c", "1")
        assert value(branch, "f.read()") == "ef"


def test_what_a_branch_was_copied_with_is_no_artifact_of_its_runs(session: Executor) -> None:
    value(session, "import os\nos.mkdir('d')\nopen('a', 'w').write('1')\nopen('d/b', 'w').write('2')")
    with session.fork() as branch:
        assert branch.run("1").artifacts == ()
        assert [each.name for each in branch.run("open('d/b', 'a').write('3')").artifacts] == ["d/b"]
        assert [each.name for each in session.run("open('a', 'a').write('4')").artifacts] == ["a"]


@pytest.mark.parametrize("engine", ["interpreter", "restricted"])
def test_a_database_that_is_open_prevents_a_branch(engine: str) -> None:
    connect = "d = sqlite3.connect('x.db')"
    with create_executor("local", engine=engine, branches=1) as session:
        value(session, f"import sqlite3\n{connect}\nd.execute('create table t(n)')\nm = sqlite3.connect(':memory:')")
        with pytest.raises(BackendUnavailable, match="a database in a file is open.*close it before"):
            session.fork()
        value(session, "d.execute('insert into t values (1)')\nd.commit()\nd.close()\nm.execute('create table t(n)')")
        insert = "d.execute('insert into t values ({0})')\nm.execute('insert into t values ({0})')"
        with session.fork() as branch:
            # Each in a transaction of its own, in memory and in files, while the other is in one.
            for each, number in ((branch, 2), (session, 3)):
                value(each, f"{connect}\n{insert.format(number)}")
                assert each.files.list() == ["x.db", "x.db-journal"]
            for each, end in ((branch, "rollback"), (session, "commit")):
                value(each, f"d.{end}()")
                assert each.files.list() == ["x.db"]
            rows = "[each.execute('select n from t').fetchall() for each in (d, m)]"
            assert value(branch, rows) == [[(1,)], [(2,)]]
            assert value(session, rows) == [[(1,), (3,)], [(3,)]]


def test_a_database_that_is_gone_prevents_no_branch(session: Executor) -> None:
    value(session, "import sqlite3\nd, e = sqlite3.connect('x.db'), sqlite3.connect('x.db')")
    for gone in ("del d", "e.close()"):
        with pytest.raises(BackendUnavailable, match="database"):
            session.fork()
        value(session, gone)
    session.fork().close()


def test_a_deleted_file_that_is_open_prevents_a_branch(session: Executor) -> None:
    value(session, "import os\nf = open('a', 'w')\nos.remove('a')\nx = 1")
    with pytest.raises(BackendUnavailable, match="deleted"):
        session.fork()
    assert value(session, "f.close()\nx") == 1
    with session.fork() as branch:
        assert value(branch, "x") == 1


def test_each_has_its_own_output(session: Executor) -> None:
    with session.fork() as branch:
        heard: list[str] = []
        assert branch.run("print('b')", on_output=lambda name, text: heard.append(text)).stdout == "b\n"
        assert session.run("print('s')").stdout == "s\n"
        assert heard == ["b\n"]


def test_branches_fail_alone(session: Executor) -> None:
    value(session, "x = [1]")
    with session.fork() as one, session.fork() as two:
        failed = one.run("x.append(2)\nwhile True: pass")
        assert isinstance(failed.error, LimitExceeded) and failed.state == "rolled_back"
        assert [value(each, "x") for each in (session, one, two)] == [[1], [1], [1]]
        failed = session.run("x.append(2)\nwhile True: pass")
        assert failed.state == "rolled_back"
        assert [value(each, "x") for each in (session, one, two)] == [[1], [1], [1]]


def test_a_branch_can_be_forked_and_outlives_whom_it_came_from() -> None:
    with create_executor("local", branches=2) as session:
        value(session, "x = [0]")
        one = session.fork()
        value(one, "x.append(1)")
        two = one.fork()
    with one, two:
        value(two, "x.append(2)")
        one.close()
        assert value(two, "x") == [0, 1, 2]


def test_places_are_bounded_and_come_back_empty(session: Executor) -> None:
    value(session, "open('mine', 'w').write('x')")
    first = [session.fork() for _ in range(3)]
    value(first[0], "import os\nos.makedirs('a/b')\nopen('a/b/c', 'w').write('secret')")
    with pytest.raises(BackendUnavailable, match="no room for another branch"):
        session.fork()
    for branch in first:
        branch.close()
    for _ in range(4):
        with session.fork() as again:
            assert again.files.list() == ["mine"]


def test_a_place_that_was_used_before_is_rolled_back_in(session: Executor) -> None:
    for number in range(9):
        with session.fork() as branch:
            # The copies of the files are numbered, and only the last ones are there when the branch ends.
            runs = [branch.run(f"_ = open('a', 'w').write('{number} {run}')") for run in range(2 + number)]
            failed = branch.run("open('a', 'w').close()\nimport os\nos.mkdir('d')\n'x' * (1 << 40)")
            assert value(branch, "import os\nopen('a').read(), os.listdir('.')") == (f"{number} {1 + number}", ["a"])
            assert failed.state == "rolled_back"
            told = [event.data for result in (*runs, failed) for event in result.events]
            assert [each["reason"] for each in told if "reason" in each] == []


def test_a_place_that_was_closed_is_open_to_the_next(session: Executor) -> None:
    value(session, "import os\n_ = open('a', 'w').write('1')")
    for _ in range(4):
        with session.fork() as branch:
            assert value(branch, "os.listdir('.')") == ["a"]
            value(branch, "os.makedirs('d/e')\n_ = open('d/e/f', 'w').write('2')\nos.chmod('d/e', 0)\nos.chmod('d', 0)")
            value(branch, "os.chmod('.', 0)")
    assert value(session, "os.listdir('.')") == ["a"]


def test_closed_directories_are_closed_in_the_branch(session: Executor) -> None:
    value(session, "import os\nos.makedirs('d/e')\nopened = open('d/e/f', 'w+')\n_ = opened.write('1')\nopened.flush()")
    value(
        session,
        "os.utime('.', (7, 7))\nos.utime('d/e', (5, 5))\nos.chmod('d/e/f', 0)\nos.chmod('d/e', 0o500)"
        "\nos.chmod('d', 0)\nos.chmod('.', 0o500)",
    )
    with session.fork() as branch:
        for each in (branch, session):
            assert value(each, "status = os.stat('.')\noct(status.st_mode), status.st_mtime") == ("0o40500", 7)
            assert value(each, "oct(os.stat('d').st_mode)") == "0o40000"
            for refused in ("open('b', 'w')", "open('d/e/f')"):
                assert "Permission denied" in str(each.run(refused).error)
        value(branch, "_ = opened.write('2')\nopened.flush()\nos.chmod('d', 0o700)")
        assert value(
            branch,
            "os.chmod('d/e/f', 0o600)\nopen('d/e/f').read(), oct(os.stat('d/e').st_mode), os.stat('d/e').st_mtime",
        ) == (
            "12",
            "0o40500",
            5,
        )
        assert value(session, "os.chmod('d', 0o700)\nos.chmod('d/e/f', 0o400)\nopen('d/e/f').read()") == "1"


def test_nothing_is_left_behind(session: Executor) -> None:
    value(session, "x = 1")
    session.fork().close()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        with session.fork() as branch:
            value(branch, "x += 1")
            value(branch, "x += 1")
    assert len(os.listdir("/proc/self/fd")) == before


def test_branches_run_at_the_same_time(session: Executor) -> None:
    value(session, "total = 0")
    branches = [session.fork() for _ in range(3)]

    def work(branch: Executor) -> int:
        for _ in range(10):
            value(branch, "total += 1")
        found: int = value(branch, "total")
        return found

    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(work, branches)) == [10, 10, 10]
    for branch in branches:
        branch.close()


def test_both_trails_tell_of_it() -> None:
    events: list[Event] = []
    with create_executor("local", branches=1, on_event=events.append) as session:
        value(session, "1")
        with session.fork():
            pass
    told = [(event.type, event.data.get("branch")) for event in events if event.type.startswith("session")]
    assert told == [
        ("session.started", None),
        ("session.forked", None),
        ("session.started", True),
        ("session.ended", None),
        ("session.ended", None),
    ]


def test_a_lost_branch_begins_anew() -> None:
    with create_executor("local", branches=1) as session:
        value(session, "x = 1")
        with session.fork() as branch:
            branch._session._live[0].stream.kill()  # type: ignore[attr-defined]
            with pytest.raises(BackendUnavailable):
                branch.files.list()
            assert value(branch, "'x' in globals()") is False
        assert value(session, "x") == 1


def test_a_session_is_not_forked_by_its_own_tools(session: Executor) -> None:
    raised: list[BaseException] = []

    def fork() -> None:
        try:
            session.fork()
        except SessionBusy as error:
            raised.append(error)

    session.send_tools({"fork": fork})
    value(session, "fork()")
    assert len(raised) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "no room for another branch"),
        ({"enclosure": "inprocess", "min_isolation": "none"}, "since they share this process"),
        ({"engine": "cpython"}, "since their guests would share /cell"),
        ({"record": True}, "a recorded session has no branches"),
    ],
)
def test_where_there_are_no_branches_the_way_on_is_told(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    repair = "branches=N" if not options else "snapshot()"
    if "record" in options:
        options, repair = {"record": Recording(tmp_path / "r.jsonl")}, "leave the record out"
    with create_executor("local", **options) as executor:
        value(executor, "x = 1")
        assert executor.capabilities.fork is False
        with pytest.raises(BackendUnavailable, match=message) as caught:
            executor.fork()
        assert repair in str(caught.value)
        assert ("branches=N" in str(caught.value)) is (not options)
        assert value(executor, "x") == 1


@pytest.mark.parametrize("branches", [-1, 65, True, 1.0, "2"])
def test_impossible_numbers_of_branches_are_refused(branches: Any) -> None:
    with pytest.raises(ValueError, match="branches is an integer from 0 to 64"):
        create_executor("local", branches=branches)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"engine": "cpython", "branches": 1}, "would share /cell"),
        ({"enclosure": "inprocess", "branches": 1}, "share this process"),
        ({"enclosure": "inprocess", "branches": "x"}, "branches is an integer"),
        ({"enclosure": "inprocess", "rollback": "x"}, "rollback is an executors.Rollback"),
    ],
)
def test_what_cannot_be_had_is_refused_at_once(options: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        create_executor("local", min_isolation="L2" if "engine" in options else "none", **options)


def test_a_fork_without_descriptors_takes_no_place(session: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> tuple[int, int]:
        raise OSError(24, "Too many open files")

    value(session, "x = 1")
    with monkeypatch.context() as patched:
        patched.setattr("executors.family.os.pipe", full)
        for _ in range(4):
            with pytest.raises(BackendUnavailable, match="no descriptors for a branch"):
                session.fork()
    assert session._session._live[0].stream.alone  # type: ignore[attr-defined]
    for branch in [session.fork() for _ in range(3)]:
        branch.close()


def test_branches_are_rolled_back_however_often_they_run_while_the_session_idles(session: Executor) -> None:
    value(session, "total = 0")
    with session.fork() as branch:
        told = [branch.run("total += 1").events for _ in range(30)]
        assert [event.data for events in told for event in events if event.type == "checkpoint.failed"] == []
        assert branch.run("total = -1\nwhile True:\n  pass").state == "rolled_back"
        assert value(branch, "total") == 30
    assert value(session, "total") == 0
