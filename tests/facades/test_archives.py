"""zlib, gzip, zipfile and sqlite3: bounded, and inside /cell only."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from typing import Any

import pytest

from sandbox.engine import Stop

BOMB = 64 << 20


def test_decompression_stops_at_the_memory_limit(runtime: Any) -> None:
    with pytest.raises(MemoryError, match="decompressed data would be larger than 8388608 bytes"):
        runtime.load("zlib").decompress(zlib.compress(bytes(BOMB)))
    with pytest.raises(MemoryError, match="decompressed data would be larger than 8388608 bytes"):
        runtime.load("gzip").decompress(gzip.compress(bytes(BOMB)))


def test_decompression_answers_as_the_library_does(runtime: Any) -> None:
    ours = runtime.load("zlib").decompress
    assert ours(zlib.compress(b"abc")) == b"abc"
    assert runtime.load("gzip").decompress(gzip.compress(b"abc")) == b"abc"
    for broken in (b"", zlib.compress(b"abc")[:-1], b"junk"):
        with pytest.raises(zlib.error) as theirs:
            zlib.decompress(broken)
        with pytest.raises(zlib.error) as mine:
            ours(broken)
        assert str(mine.value) == str(theirs.value)


def test_gzip_text_round_trip(runtime: Any) -> None:
    opened = runtime.load("gzip").open
    with opened("a.gz", "wt") as file:
        file.write("é\n")
    with opened("a.gz", "rt") as file:
        assert file.read() == "é\n"
    with opened("a.gz") as file:
        assert file.read() == "é\n".encode()


def test_zip_round_trip_in_the_cell(runtime: Any) -> None:
    runtime.files.open("x.txt", "w").write("1")
    archive = runtime.load("zipfile").ZipFile
    with archive("a.zip", "w") as file:
        file.write("x.txt")
        file.write("x.txt", arcname="d/y.txt")
        file.writestr("z", "2")
    with archive("a.zip") as file:
        assert repr(file) == "<zipfile.ZipFile filename='a.zip' mode='r'>"
        assert file.namelist() == ["x.txt", "d/y.txt", "z"]
        file.extractall("out")
    assert runtime.files.open("out/d/y.txt").read() == "1"
    assert runtime.load("zipfile").is_zipfile("a.zip")
    assert not runtime.load("zipfile").is_zipfile("x.txt")


def test_a_zip_member_cannot_leave_the_cell(runtime: Any) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("../../etc/evil", "1")
        file.writestr("/abs/evil", "2")
    content.seek(0)
    with runtime.load("zipfile").ZipFile(content) as file:
        file.extractall("out")
    assert sorted(str(p) for p in runtime.load("pathlib").Path("out").rglob("evil")) == ["out/abs/evil", "out/etc/evil"]


def test_sqlite_in_memory_and_in_the_cell(runtime: Any) -> None:
    sqlite3 = runtime.load("sqlite3")
    with sqlite3.connect("d.db") as db:
        db.execute("create table t (a integer primary key, b text)")
        db.execute("insert into t (b) values ('x')")
    db.close()
    db = sqlite3.connect("/cell/d.db")
    db.row_factory = sqlite3.Row
    assert dict(db.execute("select * from t").fetchone()) == {"a": 1, "b": "x"}
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE constraint failed: t.a"):
        db.execute("insert into t values (1, 'y')")


@pytest.mark.parametrize(
    "statement",
    [
        "attach '/etc/x.db' as x",
        "attach 'y.db' as x",
        "select load_extension('x')",
        "pragma temp_store_directory='/tmp'",
        "vacuum into '/tmp/hc-evil.db'",
    ],
)
def test_sql_cannot_open_other_files(statement: str, runtime: Any) -> None:
    sqlite3 = runtime.load("sqlite3")
    db = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.Error):
        db.execute(statement)


@pytest.mark.parametrize("method", ["set_authorizer", "enable_load_extension", "load_extension", "setconfig"])
def test_connection_methods_that_lower_the_guard_are_refused(method: str, runtime: Any) -> None:
    db = runtime.load("sqlite3").connect(":memory:")
    with pytest.raises(Stop):
        getattr(db, method)(None)
    assert runtime.refusals == ["HC202"]


def test_database_uris_are_refused(runtime: Any) -> None:
    with pytest.raises(Stop):
        runtime.load("sqlite3").connect("file:/etc/x?mode=ro", uri=True)
    assert runtime.refusals == ["HC402"]
