"""The worker as a set of files: the same digest wherever it is read, another for every change."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from executors import archive
from sandbox.errors import BackendUnavailable

ROOT = Path(__file__).parents[2]


def copied(destination: Path) -> list[Path]:
    """The packages of the worker, copied with other times and modes."""
    places = []
    for name in archive.PACKAGES:
        source = archive._directory(name)
        assert source is not None
        places.append(Path(shutil.copytree(source, destination / name, copy_function=shutil.copyfile)))
    return places


def test_the_digest_is_that_of_names_and_contents() -> None:
    made = archive.Archive({"a": b"xy", "b/c": b""})
    spelt = b"".join(len(part).to_bytes(8, "big") + part for part in (b"a", b"xy", b"b/c", b""))
    assert made.digest == hashlib.sha256(spelt).hexdigest()


def test_where_a_name_ends_counts() -> None:
    assert archive.Archive({"ab": b"c"}).digest != archive.Archive({"a": b"bc"}).digest


def test_the_worker_is_sandbox_and_restrictedpython() -> None:
    files = archive.worker().files
    assert {name.split("/")[0] for name in files} == set(archive.PACKAGES)
    assert list(files) == sorted(files)
    assert files["sandbox/worker.py"] == (ROOT / "sandbox/worker.py").read_bytes()
    assert not [name for name in files if name.endswith(".pyc") or "__pycache__" in name]


def test_another_process_comes_to_the_same_digest(tmp_path: Path) -> None:
    code = "from executors import archive; print(archive.worker().digest)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == archive.worker().digest


def test_a_copy_has_the_same_digest(tmp_path: Path) -> None:
    assert archive.collect(*copied(tmp_path)).digest == archive.worker().digest


def test_a_byte_changes_the_digest(tmp_path: Path) -> None:
    places = copied(tmp_path)
    changed = places[0] / "limits.py"
    changed.write_bytes(changed.read_bytes() + b"\n")
    assert archive.collect(*places).digest != archive.worker().digest


def test_a_file_more_changes_the_digest(tmp_path: Path) -> None:
    places = copied(tmp_path)
    (places[0] / "more.py").touch()
    assert archive.collect(*places).digest != archive.worker().digest


@pytest.mark.parametrize("name", ["limits.py~", ".limits.py.swp", "__pycache__/limits.cpython-311.pyc"])
def test_what_is_not_shipped_does_not_count(name: str, tmp_path: Path) -> None:
    places = copied(tmp_path)
    path = places[0] / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"left over")
    assert archive.collect(*places).digest == archive.worker().digest


def test_a_package_that_is_no_directory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_directory", lambda name: None)
    archive.worker.cache_clear()
    with pytest.raises(BackendUnavailable, match="cannot be read"):
        archive.worker()
    archive.worker.cache_clear()
