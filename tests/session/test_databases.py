"""SQLite databases of /cell over kept runs and runs that are rolled back, against CPython where nothing fails."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from executors import create_executor
from executors.base import Executor
from sandbox.limits import Limits

pytestmark = pytest.mark.usefixtures("needs_full_jail")

LIMITS = Limits(wall_s=20, ops=100_000)
BEGIN = """
import sqlite3
told, both = None, [sqlite3.connect("x.db", timeout=0), None]
_ = both[0].execute("pragma journal_mode={mode}").fetchall()
_ = both[0].execute("create table t (n, pad)")
both[0].commit()
"""
RUN = """
try:
    one, told = both[{which}] or sqlite3.connect("x.db", timeout=0), None
    both[{which}] = one
    {acts}
except sqlite3.Error as error: told = str(error)
one = None
"""
ASK = """
rows = []
for each in both:
    try: rows.append(each and [n for n, in each.execute("select n from t order by n")])
    except sqlite3.Error as error: rows.append(str(error))
rows, told
"""
ACTS = (
    "_ = one.execute('insert into t values (?, ?)', ({step}, 'p' * {pad}))",
    "_ = one.execute('delete from t where n = ?', ({old},))",
    "_ = one.execute('select count(*) from t').fetchall()",
    "one.commit()",
    "one.rollback()",
    "one.close()\n    one = both[{which}] = sqlite3.connect('x.db', timeout=0)",
)
SHARED = "removed 'x.db-shm', through which an open database is shared"


def spoilt(executor: Executor, code: str) -> str:
    """The state after a run that ends in a limit when all is done, and why it is not rolled back if it is not."""
    result = executor.run(f"{code}\nwhile True: pass")
    assert result.error is not None and result.error.type == "LimitExceeded"
    return " ".join([result.state, *(event.data["reason"] for event in result.events if event.type == "session.ended")])


@pytest.mark.parametrize("engine", ["interpreter", "restricted"])
@pytest.mark.parametrize("mode", ["delete", "truncate", "persist", "wal"])
@pytest.mark.parametrize("seed", range(3))
def test_what_was_kept_is_what_cpython_has(
    engine: str, mode: str, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    chance, twin, failed = random.Random(f"{mode} {seed}"), dict[str, Any](), 0
    exec(BEGIN.format(mode=mode), twin)
    with create_executor("local", engine=engine, limits=LIMITS) as executor:
        assert executor.run(BEGIN.format(mode=mode)).error is None
        for step in range(40):
            words = {"step": step, "which": chance.choice((0, 0, 0, 1)), "old": chance.randrange(step + 1)}
            acts = [
                chance.choice(ACTS).format(pad=chance.choice((1, 5000, 200_000)), **words)
                for _ in range(chance.randint(1, 3))
            ]
            code = RUN.format(acts="\n    ".join(acts), **words)
            if chance.random() < 0.35:
                state = spoilt(executor, code)
                if mode == "wal" and "close" in code and state.startswith("lost"):
                    assert state.endswith(SHARED)
                    break
                assert state == "rolled_back"
                failed += 1
            else:
                exec(code, twin)
                assert executor.run(code).error is None
            exec(ASK.replace("\nrows, told", ""), twin)
            asked = executor.run(ASK)
            assert asked.value == (twin["rows"], twin["told"]), (step, code, asked.error)
        else:
            assert failed > 5
    for each in twin["both"]:
        if isinstance(each, sqlite3.Connection):
            each.close()


def test_a_rollback_that_would_leave_a_database_in_two_is_none() -> None:
    begin = BEGIN.format(mode="wal")
    with create_executor("local", limits=LIMITS) as executor:
        assert executor.run(begin).error is None
        saved = executor.snapshot(leave_out_unsavable=True)
        state = spoilt(executor, "both[0].close()")
        assert state.startswith("lost ") and state.endswith(SHARED), "the snapshot lacks the connection"
        executor.restore(saved)
        assert executor.run("import sqlite3\nsqlite3.connect('x.db').execute('select * from t').fetchall()").value == []
        assert executor.run("one = sqlite3.connect('x.db')\none.execute('select * from t').fetchall()").value == []
        assert spoilt(executor, "import os\nos.remove('x.db-wal')") == "rolled_back"
        assert executor.run("one.execute('select * from t').fetchall()").value == []
