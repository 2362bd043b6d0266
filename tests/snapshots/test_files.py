"""Files in snapshots: all of /cell travels, or what does not is named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from executors import create_executor, describe_snapshot
from executors.base import Executor
from sandbox.cell import MAX_FILES, Cell
from sandbox.errors import EncodeError, SnapshotError
from sandbox.limits import Limits

KEPT = "import os\nos.mkdir('kept')\nopen('kept/file', 'w').write('1')\n"
DEEP = "d" + "/d" * 17
CASES = {
    "closed": ("open('a', 'w').close()\nos.chmod('a', 0)", "/cell/a", "Permission denied"),
    "closed directory": ("os.mkdir('a')\nopen('a/b', 'w').close()\nos.chmod('a', 0)", "/cell/a", "Permission denied"),
    "not to be entered": (
        "os.mkdir('a')\nopen('a/b', 'w').close()\nos.chmod('a', 0o600)",
        "/cell/a/b",
        "Permission denied",
    ),
    "deep": (f"os.makedirs('{DEEP}')", f"/cell/{DEEP}", "it lies below more than 16 directories"),
    "long": (
        "os.makedirs('/'.join(['d' * 250] * 4))\nopen('/'.join(['d' * 250] * 5), 'w').close()",
        "/cell/" + "/".join(["d" * 250] * 5),
        "its path is longer than 1024 characters",
    ),
    "no text": ("open('a\\udcff', 'w').close()", "/cell/a\\udcff", "its name is not text"),
}


def _need_chmod(executor: Executor) -> None:
    if executor.isolation.level != "L3":
        pytest.skip(f"needs isolation L3: the jail reaches {executor.isolation.level}, where guests may set no modes")


@pytest.mark.parametrize("engine", ["interpreter", "restricted", "cpython"])
@pytest.mark.parametrize("case", CASES)
def test_a_file_that_cannot_be_saved_is_named(engine: str, case: str) -> None:
    code, path, why = CASES[case]
    with create_executor("local", engine=engine) as executor:
        _need_chmod(executor)
        assert executor.run(KEPT + code).error is None
        with pytest.raises(EncodeError) as caught:
            executor.snapshot()
        assert str(caught.value).startswith(f"{path} cannot be saved: {why}. ")
        assert caught.value.path == path
        saved = executor.snapshot(leave_out_unsavable=True)
        assert describe_snapshot(saved).left_out == {path: why}
        assert executor.restore(saved).files.read("kept/file") == b"1"
        assert executor.snapshot(), "nothing that cannot be saved is left"


def test_several_are_counted() -> None:
    with create_executor("local") as executor:
        _need_chmod(executor)
        executor.run("import os\nfor n in range(3):\n    open(str(n), 'w').close()\n    os.chmod(str(n), 0)\nx = 1")
        with pytest.raises(
            EncodeError, match="^/cell/0 cannot be saved: Permission denied; neither can 2 more. Remove"
        ):
            executor.snapshot()
        assert executor.run("x").value == 1


@pytest.mark.parametrize("options", [{}, {"engine": "restricted"}, {"engine": "cpython"}])
def test_without_a_descriptor_to_look_with_there_is_no_snapshot(options: dict[str, Any]) -> None:
    hold = (
        "held = []\ntry:\n    while True:\n        held.append(open('a'))\nexcept OSError as error:\n    print(error)"
    )
    with create_executor("local", limits=Limits(open_files=40), **options) as executor:
        executor.files.write("a", "1")
        executor.files.write("d/b", "2")
        assert "Too many open files" in executor.run(hold).stdout
        saved, freed = b"", 0
        while not saved:
            try:
                saved = executor.snapshot(leave_out_unsavable=True)
            except SnapshotError as refused:
                assert "Too many open files" in str(refused)
                assert executor.run("held.pop().close()").error is None
                freed += 1
        assert freed > 0
        assert dict(describe_snapshot(saved).files) == {"a": 1, "d": 0, "d/b": 1}


def test_links_and_devices_are_named_where_guests_can_make_them(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "file").write_text("1")
    (tmp_path / "link").symlink_to("d")
    os.mkfifo(tmp_path / "pipe")
    rows, unsaved = Cell(str(tmp_path)).entries()
    assert [(path, is_directory) for path, _, _, is_directory in rows] == [("d", 1), ("d/file", 0)]
    assert unsaved == {"link": "it is a symbolic link", "pipe": "it is neither a file nor a directory"}


def test_too_many_that_cannot_be_saved_are_refused(tmp_path: Path) -> None:
    for number in range(MAX_FILES + 1):
        (tmp_path / str(number)).symlink_to("nowhere")
    with pytest.raises(OSError, match=f"more than {MAX_FILES} files that cannot be saved"):
        Cell(str(tmp_path)).entries()
