"""What a guest left below /cell is removed, whatever it did there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sandbox.jail.removal import remove_tree


def test_a_tree_deeper_than_recursion_goes(tmp_path: Path) -> None:
    top = tmp_path / "cell"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=here)
        open(os.open("f", os.O_CREAT | os.O_WRONLY, dir_fd=here), "wb").close()
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    assert remove_tree(str(top))
    assert os.listdir(tmp_path) == []


def test_modes_do_not_matter_and_links_are_not_followed(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir(0o755)
    (kept / "file").write_text("x")
    top = tmp_path / "cell"
    (top / "a" / "b" / "c").mkdir(parents=True)
    (top / "a" / "b" / "file").write_text("x")
    (top / "a" / "link").symlink_to(kept)
    (top / "link").symlink_to(kept)
    (top / "0").mkdir()
    for path, mode in ((top / "a" / "b" / "c", 0), (top / "a" / "b", 0o300), (top / "a", 0o100), (top, 0)):
        path.chmod(mode)
    assert remove_tree(str(top))
    assert (os.listdir(tmp_path), os.listdir(kept), kept.stat().st_mode & 0o777) == (["kept"], ["file"], 0o755)


@pytest.mark.parametrize("target", ["kept", "none"])
def test_a_link_in_its_place_is_left_and_not_followed(tmp_path: Path, target: str) -> None:
    (tmp_path / "kept").mkdir(0o755)
    (tmp_path / "cell").symlink_to(tmp_path / target)
    assert not remove_tree(str(tmp_path / "cell"))
    assert (sorted(os.listdir(tmp_path)), (tmp_path / "kept").stat().st_mode & 0o777) == (["cell", "kept"], 0o755)


@pytest.mark.parametrize(("most", "gone"), [(9, False), (11, True), (None, True)])
def test_it_gives_up_where_it_is_told_to(tmp_path: Path, most: int | None, gone: bool) -> None:
    top = tmp_path / "cell"
    top.mkdir()
    for number in range(10):
        (top / str(number)).touch()
    assert remove_tree(str(top), most) is gone
    assert top.exists() is not gone
    assert remove_tree(str(top)) is not gone


def test_nothing_there_is_no_error(tmp_path: Path) -> None:
    assert not remove_tree(str(tmp_path / "none"))
