"""Files of the cell from the host, and artifacts."""

from __future__ import annotations

import errno
import hashlib
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executors.cell_executor import CellExecutor
from executors.paths import clean
from sandbox.errors import LimitExceeded, PolicyViolation, SessionClosed
from sandbox.events import Event
from sandbox.limits import Limits
from sandbox.policy import Allow, Decision, Deny, Policy, Request

from .plain_worker import plain_executor


@pytest.fixture
def executor() -> Iterator[CellExecutor]:
    with plain_executor() as one:
        yield one


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.csv", "a.csv"),
        ("./a//b/./c", "a/b/c"),
        ("/cell/a", "a"),
        ("/cell//a", "a"),
        ("a/", "a"),
        ("..a", "..a"),
        ("é", "é"),
        (pathlib.PurePosixPath("a/b"), "a/b"),
    ],
)
def test_paths_are_normalised(path: Any, expected: str) -> None:
    assert clean(path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "/",
        "/cell",
        "/etc/passwd",
        "/cellar",
        "..",
        "a/../b",
        "/cell/../x",
        "a\0b",
        "\ud800",
        "x" * 1025,
        "x/" * 512 + "x",
        "x" * 256,
    ],
)
def test_paths_outside_are_refused(path: str) -> None:
    with pytest.raises(ValueError):
        clean(path)


@pytest.mark.parametrize(("path", "expected"), [("/cell", ""), ("/cell/", ""), ("", ""), (".", ""), ("/cell/a", "a")])
def test_the_cell_itself_is_a_path_where_it_may_be(path: str, expected: str) -> None:
    assert clean(path, root=True) == expected


@pytest.mark.parametrize("path", ["/", "/cellar", "..", "/cell/.."])
def test_what_is_no_path_is_none_where_the_cell_itself_may_be(path: str) -> None:
    with pytest.raises(ValueError):
        clean(path, root=True)


@pytest.mark.parametrize("path", [b"a", 3, None])
def test_paths_are_text(path: Any) -> None:
    with pytest.raises(TypeError):
        clean(path)


@given(st.text())
def test_what_is_accepted_is_below_the_cell(path: str) -> None:
    try:
        name = clean(path)
    except ValueError:
        return
    assert name and not name.startswith("/") and ".." not in name.split("/") and "\0" not in name
    assert clean(name) == name


def test_host_writes_guest_reads_and_the_other_way_round(executor: CellExecutor) -> None:
    executor.files.write("data/in.txt", "hé")
    assert executor.run("open('data/in.txt', encoding='utf-8').read()").value == "hé"
    executor.run("open('out.bin', 'wb').write(bytes(range(256)))")
    assert executor.files.read("out.bin") == bytes(range(256))
    assert executor.files.list() == ["data/in.txt", "out.bin"]
    assert executor.files.list("data") == ["data/in.txt"]
    assert (executor.files.stat("out.bin").kind, executor.files.stat("out.bin").size) == ("file", 256)
    assert executor.files.stat("data").kind == "directory"
    executor.files.remove("out.bin")
    assert executor.files.list() == ["data/in.txt"]


@pytest.mark.parametrize("size", [0, 1, (128 << 10) - 1, 128 << 10, (128 << 10) + 1, 1_000_000])
def test_any_size_survives_in_pieces(executor: CellExecutor, size: int) -> None:
    data = bytes(i * 7 % 256 for i in range(size))
    executor.files.write("f", data)
    assert executor.files.read("f") == data
    executor.files.write("f", b"short")
    assert executor.files.read("f") == b"short"


def test_missing_files_and_wrong_kinds(executor: CellExecutor) -> None:
    executor.files.write("d/f", b"")
    with pytest.raises(FileNotFoundError, match="'nope'"):
        executor.files.read("nope")
    with pytest.raises(OSError, match="not a regular file"):
        executor.files.read("d")
    with pytest.raises(NotADirectoryError):
        executor.files.write("d/f/g", b"")
    with pytest.raises(IsADirectoryError):
        executor.files.write("d", b"")
    with pytest.raises(OSError):
        executor.files.remove("d")
    assert executor.files.list() == ["d/f"]


def test_symlinks_and_devices_lead_nowhere(executor: CellExecutor) -> None:
    made = executor.run(
        "import os\nos.symlink('/etc', 'dir')\nos.symlink('/etc/passwd', 'file')\nos.mkfifo('pipe')\n'ok'"
    )
    assert made.value == "ok"
    for act in (
        lambda: executor.files.read("file"),
        lambda: executor.files.read("dir/passwd"),
        lambda: executor.files.write("dir/x", b""),
        lambda: executor.files.stat("file"),
        lambda: executor.files.read("pipe"),
        lambda: executor.files.list("dir"),
    ):
        with pytest.raises(OSError):
            act()
    assert made.artifacts == ()


def test_writing_over_a_symlink_replaces_it(executor: CellExecutor, tmp_path: pathlib.Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("safe")
    executor.run(f"import os\nos.symlink({str(outside)!r}, 'link')")
    executor.files.write("link", b"new")
    assert outside.read_text() == "safe"
    assert executor.files.read("link") == b"new"


def test_a_file_above_the_disk_limit_is_refused_before_it_is_sent() -> None:
    told: list[Event] = []
    with plain_executor(limits=Limits(disk_mb=1), on_event=told.append) as executor:
        with pytest.raises(LimitExceeded) as caught:
            executor.files.write("big", b"x" * (2 << 20))
        found = {"limit": "disk_mb", "allowed": 1, "used": 2.0, "how": "host count"}
        assert {name: getattr(caught.value, name) for name in found} == found
        assert [event.data for event in told if event.type == "limit"] == [found]
        assert executor.files.list() == []


@pytest.mark.parametrize("operation", ["write", "read", "remove"])
def test_a_denied_file_is_never_touched(operation: str) -> None:
    def decide(request: Request) -> Decision:
        return Deny("no") if request.arguments.get("operation") == operation else Allow()

    with plain_executor(policy=Policy.standard(decide=decide)) as executor:
        executor.run("open('f', 'w').write('kept')")
        act = {
            "write": lambda: executor.files.write("f", b"new"),
            "read": lambda: executor.files.read("f"),
            "remove": lambda: executor.files.remove("f"),
        }[operation]
        with pytest.raises(PolicyViolation) as caught:
            act()
        assert caught.value.code == "HC501"
        assert executor.run("open('f').read()").value == "kept"


def test_a_type_that_cannot_be_looked_up_costs_no_run(executor: CellExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of types is a file of this machine, read when it is first asked."""

    def without_descriptors(name: str) -> Any:
        raise OSError(errno.EMFILE, "Too many open files", "/etc/mime.types")

    monkeypatch.setattr("mimetypes.guess_type", without_descriptors)
    result = executor.run("open('a.unheard-of', 'w').close()\n7")
    assert (result.value, [made.media_type for made in result.artifacts]) == (7, ["application/octet-stream"])


def test_artifacts_are_the_files_new_or_changed_in_this_run(executor: CellExecutor) -> None:
    executor.files.write("given.csv", b"a,b")
    result = executor.run("open('report.md', 'w').write('# one')\nimport os\nos.mkdir('d')\nopen('d/x', 'w').close()")
    found = {artifact.name: artifact for artifact in result.artifacts}
    assert set(found) == {"d/x", "report.md"}
    report = found["report.md"]
    assert (report.media_type, report.size) == ("text/markdown", 5)
    assert report.digest == hashlib.sha256(b"# one").hexdigest()
    assert report.read() == b"# one"
    assert executor.run("1").artifacts == ()
    assert [a.name for a in executor.run("open('report.md', 'w').write('# two')").artifacts] == ["report.md"]
    assert executor.run("os.remove('report.md')").artifacts == ()
    with pytest.raises(FileNotFoundError):
        report.read()
    executor.close()
    with pytest.raises(SessionClosed):
        found["d/x"].read()


def test_a_file_rewritten_with_the_same_content_is_unchanged(executor: CellExecutor) -> None:
    executor.run("open('f', 'w').write('same')")
    assert executor.run("open('f', 'w').write('same')").artifacts == ()
