"""What the kernel is told while a root is built and cells are mounted, which does none of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from sandbox.jail import kernel, namespaces

PRIVATE = kernel.MS_REC | kernel.MS_PRIVATE
LOCKED = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
SEALED = kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | LOCKED
READ_ONLY = kernel.MOUNT_ATTR_RDONLY | kernel.MOUNT_ATTR_NOSUID | kernel.MOUNT_ATTR_NODEV
STORE = kernel.MOUNT_ATTR_NOSUID | kernel.MOUNT_ATTR_NODEV | kernel.MOUNT_ATTR_NOEXEC
Told = list[tuple[Any, ...]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    found: Told = []
    for name in ("mount", "pivot_root_here", "detached_tmpfs"):
        monkeypatch.setattr(kernel, name, lambda *args, name=name: found.append((name, *args)))
    monkeypatch.setattr(kernel, "clone_tree", lambda path: os.open(path, os.O_PATH))
    monkeypatch.setattr(kernel, "restrict_tree", lambda fd, flags: found.append(("restrict", flags)))
    monkeypatch.setattr(kernel, "attach_tree", lambda fd, target: found.append(("attach", target)))
    return found


def test_a_root_is_built_where_no_mount_is_shared_and_is_sealed_at_last(
    told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root, library, file = tmp_path / "root", tmp_path / "library", tmp_path / "file"
    mask = library / "site-packages"
    root.mkdir()
    mask.mkdir(parents=True)
    file.touch()
    monkeypatch.chdir(root)
    monkeypatch.setattr(namespaces, "_SCRATCH", (str(root),))
    monkeypatch.setattr(namespaces, "masked_directories", lambda paths: [str(mask)])
    namespaces.build_root([str(library), str(file)], [])
    assert told == [
        ("mount", None, "/", None, PRIVATE),
        ("mount", "tmpfs", str(root), "tmpfs", LOCKED, "size=1m,mode=755"),
        ("restrict", READ_ONLY),
        ("attach", f".{library}"),
        ("restrict", READ_ONLY),
        ("attach", f".{file}"),
        ("mount", "tmpfs", f".{mask}", "tmpfs", LOCKED, "size=64k,mode=755"),
        ("mount", None, f".{mask}", None, SEALED),
        ("pivot_root_here",),
        ("mount", None, "/", None, SEALED),
    ]


def test_a_place_to_write_before_there_is_a_root(told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(namespaces, "_WRITABLE", (str(tmp_path),))
    assert namespaces.mount_writable(["/usr/lib"]) == str(tmp_path)
    assert told == [("mount", "tmpfs", str(tmp_path), "tmpfs", LOCKED, "size=4m,mode=700")]
    with pytest.raises(FileNotFoundError, match="is free"):
        namespaces.mount_writable([f"{tmp_path}/library"])


@pytest.mark.parametrize(
    ("disk_mb", "flags", "size"),
    [(8, LOCKED, "size=8m,nr_inodes=1536"), (0, LOCKED | kernel.MS_RDONLY, "size=1m,nr_inodes=1024")],
)
def test_cells_and_stores(
    disk_mb: int, flags: int, size: str, told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(namespaces, "CELL", str(tmp_path))
    assert namespaces.mount_cells(disk_mb, 1) == [str(tmp_path), "/branches/0"]
    options = f"{size},mode=700,uid=1000,gid=1000"
    assert told == [("mount", "tmpfs", place, "tmpfs", flags, options) for place in (str(tmp_path), "/branches/0")]


def test_a_store_for_checkpoints_runs_nothing(told: Told) -> None:
    namespaces.detached_store(8)
    assert told == [("detached_tmpfs", {"size": "8m", "nr_inodes": "1536", "mode": "700"}, STORE)]
