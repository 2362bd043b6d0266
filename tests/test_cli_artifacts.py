"""Artifacts on the host's disk: names and sizes are a stranger's."""

from __future__ import annotations

from pathlib import Path

import pytest

from executors.cli.artifacts import save
from sandbox.result import Artifact


def artifact(name: str, content: bytes = b"x") -> Artifact:
    return Artifact(name, "text/plain", len(content), "0" * 64, lambda: content)


def test_all_are_written_and_told(tmp_path: Path) -> None:
    out = tmp_path / "new"
    assert save((artifact("a.txt", b"1"), artifact("d/b.txt", b"2")), out, 100) == [out / "a.txt", out / "d" / "b.txt"]
    assert ((out / "a.txt").read_bytes(), (out / "d" / "b.txt").read_bytes()) == (b"1", b"2")
    assert len(save((artifact("a.txt", b"1"),), out, 100)) == 1  # the same content again is no conflict


def test_names_cannot_steer_a_terminal(tmp_path: Path) -> None:
    assert save((artifact("a\x1b[31m\u202e.txt"),), tmp_path, 100) == [tmp_path / "a\\x1b[31m\\u202e.txt"]
    assert save((artifact("a\nsaved b\t"),), tmp_path, 100) == [tmp_path / "a\\nsaved b\\t"]


@pytest.mark.parametrize(
    ("artifacts", "most", "message"),
    [
        ((artifact("a"), artifact("a/b")), 100, "is in the way"),
        ((artifact("a", b"12345"), artifact("b", b"12345")), 9, "more than the 0 MB"),
        ((artifact("a\x1b"), artifact("a\\x1b")), 100, "two files would be named"),
        ((artifact("new"), artifact("taken", b"other")), 100, "exists with other content"),
        ((artifact("new"), artifact("link")), 100, "exists with other content"),
        ((artifact("new"), artifact("link/below")), 100, "is in the way"),
    ],
)
def test_a_conflict_saves_nothing(tmp_path: Path, artifacts: tuple[Artifact, ...], most: int, message: str) -> None:
    (tmp_path / "taken").write_bytes(b"mine")
    (tmp_path / "link").symlink_to(tmp_path.parent)
    with pytest.raises(ValueError, match=message):
        save(artifacts, tmp_path, most)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "taken"]
    assert (tmp_path / "taken").read_bytes() == b"mine"
