"""/cell through open, os, pathlib, glob, shutil and tempfile: as CPython inside, refused outside."""

from __future__ import annotations

import os
import pathlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.engine import Stop

OUTSIDE = ("/etc/passwd", "../x", "a/../../x", "/cell/../etc/passwd", "/", "/cellx/a", "//etc/passwd", "/tmp/x", "..")


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize("ask", ["open", "exists", "listdir", "Path", "glob", "copyfile", "sqlite3", "zipfile", "gzip"])
def test_paths_outside_are_refused_even_as_questions(path: str, ask: str, runtime: Any) -> None:
    runtime.files.open("mine", "w").close()
    questions = {
        "open": lambda: runtime.files.open(path),
        "exists": lambda: runtime.load("os").path.exists(path),
        "listdir": lambda: runtime.load("os").listdir(path),
        "Path": lambda: runtime.load("pathlib").Path(path).read_bytes(),
        "glob": lambda: runtime.load("glob").glob(path + "/*"),
        "copyfile": lambda: runtime.load("shutil").copyfile("mine", path),
        "sqlite3": lambda: runtime.load("sqlite3").connect(path),
        "zipfile": lambda: runtime.load("zipfile").ZipFile(path, "w"),
        "gzip": lambda: runtime.load("gzip").open(path, "wb"),
    }
    with pytest.raises(Stop):
        questions[ask]()
    assert runtime.refusals == ["HC401"]


def test_a_symbolic_link_is_not_followed(runtime: Any, tmp_path: pathlib.Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s")
    os.symlink(secret, os.path.join(runtime.host.cell.path, "link"))
    os.symlink(tmp_path, os.path.join(runtime.host.cell.path, "dir"))
    for path in ("link", "dir/secret", "/cell/link"):
        with pytest.raises(Stop):
            runtime.files.open(path)
    assert runtime.refusals == ["HC401"] * 3


def test_descriptors_openers_and_closefd_are_refused(runtime: Any) -> None:
    for arguments in ({"file": 0}, {"file": "a", "opener": os.open}, {"file": "a", "closefd": False}):
        with pytest.raises(Stop):
            runtime.files.open(**arguments)
    assert runtime.refusals == ["HC402"] * 3


def test_a_policy_without_files_refuses_all(strict_runtime: Any) -> None:
    with pytest.raises(Stop):
        strict_runtime.files.open("a", "w")
    assert strict_runtime.refusals == ["HC402"]


@pytest.mark.parametrize("path", ["x.csv", "./x.csv", "/cell/x.csv", "d/x.csv", "", "x.csv/"])
def test_errors_show_the_guests_own_path(path: str, runtime: Any) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        runtime.files.open(path)
    assert str(caught.value) == f"[Errno 2] No such file or directory: {path!r}"
    assert caught.value.filename == path
    assert runtime.host.cell.path not in str(caught.value)


def test_errors_of_two_paths(runtime: Any) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        runtime.load("os").rename("a", "b")
    assert str(caught.value) == "[Errno 2] No such file or directory: 'a' -> 'b'"


def test_directories_and_existing_files_err_as_in_cpython(runtime: Any) -> None:
    os_ = runtime.load("os")
    os_.mkdir("d")
    with pytest.raises(FileExistsError, match=r"\[Errno 17\] File exists: 'd'"):
        os_.mkdir("d")
    with pytest.raises(IsADirectoryError, match=r"\[Errno 21\] Is a directory: 'd'"):
        runtime.files.open("d")
    os_.makedirs("d/e/f")
    os_.makedirs("d/e/f", exist_ok=True)
    with pytest.raises(FileExistsError):
        os_.makedirs("d/e/f")
    with pytest.raises(OSError, match=r"Directory not empty: 'd'"):
        os_.rmdir("d")


def test_open_files_carry_the_guests_name(runtime: Any) -> None:
    with runtime.files.open("a.txt", "w") as file:
        assert file.name == "a.txt"
        assert repr(file) == "<_io.TextIOWrapper name='a.txt' mode='w' encoding='UTF-8'>"
        file.write("é\n")
    with runtime.files.open("/cell/a.txt", "rb") as file:
        assert (file.name, file.read()) == ("/cell/a.txt", b"\xc3\xa9\n")
    assert runtime.host.cell.path not in repr(file)


def test_the_current_directory_is_the_guests_own(runtime: Any) -> None:
    os_ = runtime.load("os")
    before = os.getcwd()
    os_.mkdir("d")
    os_.chdir("d")
    runtime.files.open("x", "w").close()
    assert os_.getcwd() == "/cell/d"
    assert os_.listdir("/cell/d") == ["x"]
    assert os_.path.abspath("../y") == "/cell/y"
    with runtime.load("contextlib").chdir("/cell"):
        assert os_.getcwd() == "/cell"
    assert os_.getcwd() == "/cell/d"
    assert os.getcwd() == before


def test_walk_and_scandir(runtime: Any) -> None:
    os_ = runtime.load("os")
    os_.makedirs("a/b")
    runtime.files.open("a/x", "w").close()
    runtime.files.open("a/b/y", "w").close()
    assert list(os_.walk("a")) == [("a", ["b"], ["x"]), ("a/b", [], ["y"])]
    assert list(os_.walk("a", topdown=False)) == [("a/b", [], ["y"]), ("a", ["b"], ["x"])]
    assert list(os_.walk("none")) == []
    with os_.scandir("a") as entries:
        assert sorted((e.name, e.path, e.is_dir()) for e in entries) == [("b", "a/b", True), ("x", "a/x", False)]


def test_the_environment_is_empty(runtime: Any) -> None:
    os_ = runtime.load("os")
    assert dict(os_.environ) == {}
    assert os_.getenv("HOME") is None
    assert os_.getenv("HOME", "x") == "x"


def test_path_reads_writes_and_prints_as_pathlib_does(runtime: Any) -> None:
    path = runtime.load("pathlib").Path
    p = path("a") / "b" / "x.txt"
    p.parent.mkdir(parents=True)
    assert p.write_text("hi") == 2
    assert p.read_text() == "hi"
    assert (repr(p), str(p), type(p).__name__) == ("PosixPath('a/b/x.txt')", "a/b/x.txt", "PosixPath")
    assert isinstance(p, path)
    assert isinstance(p, pathlib.PurePath)
    assert p.resolve() == path("/cell/a/b/x.txt")
    assert [str(one) for one in path(".").rglob("*.txt")] == ["a/b/x.txt"]
    assert sorted(str(one) for one in path("a").glob("**"))[:2] == ["a", "a/b"]
    assert (p.exists(), p.is_file(), p.is_dir(), p.suffix, p.stat().st_size) == (True, True, False, ".txt", 2)
    p.unlink()
    p.unlink(missing_ok=True)
    with pytest.raises(FileNotFoundError, match=r"\[Errno 2\] No such file or directory: 'a/b/x.txt'"):
        p.unlink()
    assert runtime.host.cell.path not in str(p.absolute())


@pytest.mark.parametrize(
    "pattern", ["*", "*.txt", "**/*.txt", "d/*", "d/**", "**", "[ab].txt", "d/e/../*.txt", "*/x?.txt", ".*", "none/*"]
)
@pytest.mark.parametrize("recursive", [True, False])
def test_glob_finds_what_the_library_finds(
    pattern: str, recursive: bool, runtime: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import glob

    for directory in ("d/e", "f"):
        os.makedirs(os.path.join(runtime.host.cell.path, directory))
    for name in ("a.txt", "b.txt", "c.md", ".hidden", "d/x1.txt", "d/e/x2.txt", "f/x3.txt"):
        runtime.files.open(name, "w").close()
    monkeypatch.chdir(runtime.host.cell.path)
    ours = runtime.load("glob").glob(pattern, recursive=recursive)
    assert sorted(ours) == sorted(glob.glob(pattern, recursive=recursive))


def test_shutil_copies_moves_and_removes(runtime: Any) -> None:
    shutil, os_ = runtime.load("shutil"), runtime.load("os")
    os_.makedirs("a/b")
    runtime.files.open("a/b/x", "w").write("1")
    assert shutil.copytree("a", "c") == "c"
    assert os_.listdir("c/b") == ["x"]
    assert shutil.move("c/b/x", "y") == "y"
    assert shutil.copy("y", "a") == "a/y"
    shutil.rmtree("a")
    assert sorted(os_.listdir()) == ["c", "y"]
    with pytest.raises(FileNotFoundError, match=r"'gone'"):
        shutil.rmtree("gone")
    shutil.rmtree("gone", ignore_errors=True)


def test_temporary_files_live_in_the_cell_and_go(runtime: Any) -> None:
    tempfile, os_ = runtime.load("tempfile"), runtime.load("os")
    with tempfile.TemporaryDirectory() as directory:
        assert directory.startswith("/cell/.tmp/tmp")
        runtime.files.open(f"{directory}/x", "w").close()
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("x")
        assert file.name.endswith(".csv")
        assert os_.path.exists(file.name)
    assert os_.listdir("/cell/.tmp") == []


@given(parts=st.lists(st.sampled_from(["..", ".", "a", "", "cell", "etc", "/"]), max_size=8))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_path_text_leaves_the_cell(parts: list[str], runtime: Any) -> None:
    path = "/".join(parts)
    try:
        real = runtime.files.real(path)
    except Stop:
        return
    inside = os.path.normpath(real) if real else runtime.host.cell.path
    assert inside == runtime.host.cell.path or inside.startswith(runtime.host.cell.path + "/")
