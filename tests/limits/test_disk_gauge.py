"""/cell where no file system bounds it: what a tree holds, and when a run is blamed for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from executors import create_executor
from executors.disk_gauge import DiskGauge
from sandbox import storage
from sandbox.errors import LimitExceeded
from sandbox.limits import Limits

BLOCK = 4096


def fill(path: Path, blocks: int) -> None:
    path.write_bytes(b"x" * (BLOCK * blocks))


def test_a_tree_is_counted_in_blocks_and_entries(tmp_path: Path) -> None:
    fill(tmp_path / "a", 3)
    (tmp_path / "d" / "e").mkdir(parents=True)
    fill(tmp_path / "d" / "e" / "b", 1)
    os.symlink("/etc", tmp_path / "link")
    empty = storage.of_tree(str(tmp_path / "d" / "e")).entries
    found = storage.of_tree(str(tmp_path))
    assert (empty, found.entries, found.complete) == (1, 5, True)
    assert 4 * BLOCK / storage.MB <= found.size_mb <= 12 * BLOCK / storage.MB


def test_a_sparse_file_counts_what_it_holds(tmp_path: Path) -> None:
    with open(tmp_path / "sparse", "wb") as file:
        file.truncate(1 << 30)
    assert storage.of_tree(str(tmp_path)).size_mb < 1


def test_a_tree_that_is_too_deep_or_too_wide_is_not_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    monkeypatch.setattr(storage, "MOST_DEPTH", 2)
    assert not storage.of_tree(str(tmp_path)).complete
    monkeypatch.setattr(storage, "MOST_DEPTH", 3)
    assert storage.of_tree(str(tmp_path)).complete
    monkeypatch.setattr(storage, "MOST_ENTRIES", 2)
    assert not storage.of_tree(str(tmp_path)).complete


def test_a_run_is_blamed_once_for_what_it_left(tmp_path: Path) -> None:
    gauge = DiskGauge(1, str(tmp_path))
    gauge.begin()
    fill(tmp_path / "a", 200)
    assert gauge.passed() is None
    gauge.begin()
    fill(tmp_path / "b", 200)
    error = gauge.passed()
    assert error is not None
    assert (error.limit, error.allowed, error.how, error.code) == ("disk_mb", 1, "host count", "HC608")
    assert error.used is not None and 1.5 <= error.used <= 1.7
    gauge.begin()
    assert gauge.passed() is None
    (tmp_path / "b").unlink()
    assert gauge.passed() is None
    gauge.begin()
    fill(tmp_path / "b", 300)
    assert gauge.passed() is not None


def test_many_empty_files_are_too_much(tmp_path: Path) -> None:
    gauge = DiskGauge(0, str(tmp_path))
    gauge.begin()
    for number in range(1025):
        (tmp_path / str(number)).touch()
    assert gauge.passed() is not None


def test_a_tree_that_cannot_be_counted_is_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gauge = DiskGauge(1, str(tmp_path))
    gauge.begin()
    monkeypatch.setattr(storage, "MOST_DEPTH", 1)
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert gauge.passed() is not None
    gauge.begin()
    assert gauge.passed() is None


def test_in_process_the_cell_is_counted_at_the_end_of_a_run() -> None:
    limits = Limits(disk_mb=1)
    with create_executor("local", enclosure="inprocess", min_isolation="none", limits=limits) as executor:
        assert executor.run("open('a', 'wb').write(bytes(600_000))").error is None
        error = executor.run("open('b', 'wb').write(bytes(600_000))").error
        assert isinstance(error, LimitExceeded)
        assert (error.limit, error.how) == ("disk_mb", "host count")
        result = executor.run("import os\nos.remove('b')\nsorted(os.listdir())")
        assert (result.error, result.value) == (None, ["a"])
