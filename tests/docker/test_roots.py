"""Root file systems: the same bytes for the same files, nothing set-uid, what is taken of a Python and of Debian."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from executors.docker import debian, inside, prefix
from executors.docker.roots import Root
from sandbox.errors import BackendUnavailable

BASE = Path(sys.base_prefix)
VERSION = "{}.{}".format(*sys.version_info[:2])


def members(root: Root) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(root.packed())) as archive:
        return {member.name: member for member in archive}


def test_order_of_making_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    one, other = Root(), Root()
    one.file("b/file", tmp_path / "file")
    one.link("a", "b")
    os.utime(tmp_path / "file", (5, 5))
    other.link("a", "b")
    other.file("b/file", b"x")
    assert one.packed() == other.packed()
    assert one.digest() == other.digest()


def test_everything_is_roots_of_time_0_and_not_set_uid() -> None:
    root = Root.bare()
    root.file("usr/bin/su", b"", 0o4755)
    found = members(root)
    assert {(one.uid, one.gid, one.mtime) for one in found.values()} == {(0, 0, 0)}
    assert {name for name, one in found.items() if one.mode & 0o6000} == set()
    assert {name for name, one in found.items() if one.mode & 0o002 and not one.issym()} == {"tmp"}
    assert found["usr/bin/su"].mode == 0o755


def test_directories_above_are_there_once() -> None:
    root = Root()
    root.file("a/b/c", b"")
    root.directory("a", 0o700)
    assert {name: one.mode for name, one in members(root).items()} == {"a": 0o700, "a/b": 0o755, "a/b/c": 0o644}


def test_the_loader_is_read_from_the_program_itself(tmp_path: Path) -> None:
    header = bytearray(64)
    header[:6] = b"\x7fELF\x02\x01"
    struct.pack_into("<Q", header, 32, 64)
    struct.pack_into("<HH", header, 54, 56, 1)
    program = bytes(header) + struct.pack("<IIQQQQQQ", 3, 4, 120, 0, 0, 8, 8, 1) + b"/lib/ld\0"
    (tmp_path / "program").write_bytes(program)
    assert inside.program_loader(tmp_path / "program") == "/lib/ld"
    (tmp_path / "script").write_bytes(b"#!/bin/sh\n")
    with pytest.raises(ValueError, match="not a program that a dynamic loader starts"):
        inside.program_loader(tmp_path / "script")


@pytest.mark.parametrize(
    ("path", "name"),
    [("/lib64/ld.so", "usr/lib64/ld.so"), ("/usr/lib/x", "usr/lib/x"), ("./bin/a", "usr/bin/a"), ("/opt/a", "opt/a")],
)
def test_names_follow_the_links_of_the_top_level(path: str, name: str) -> None:
    assert inside.in_root(path) == name


def test_byte_code_is_checked_against_nothing_and_sources_stay(tmp_path: Path) -> None:
    source = tmp_path / "package/module.py"
    source.parent.mkdir()
    source.write_text("x = 1\n")
    os.utime(source, (7, 7))
    assert inside.compile_all(str(tmp_path), ["package"])
    (compiled,) = tmp_path.rglob("*.pyc")
    assert b"/package/module.py" in compiled.read_bytes() and str(tmp_path).encode() not in compiled.read_bytes()
    assert compiled.read_bytes()[4:8] == b"\x01\x00\x00\x00"
    assert (source.stat().st_mtime, compiled.stat().st_mtime, compiled.parent.stat().st_mtime) == (7, 0, 0)


def test_what_does_not_compile_is_told(tmp_path: Path) -> None:
    (tmp_path / "template.py").write_text("{{ name }} =\n")
    assert not inside.compile_all(str(tmp_path), ["."])


def test_an_interpreter_comes_with_its_library_and_what_it_links_to() -> None:
    found = inside.interpreter_files(BASE, VERSION)
    assert found[f"opt/python/bin/python{VERSION}"] == BASE / f"bin/python{VERSION}"
    assert f"opt/python/lib/python{VERSION}/asyncio/__init__.py" in found
    assert inside.in_root(inside.program_loader(BASE / f"bin/python{VERSION}")) in found
    names = {name.rsplit("/", 1)[1] for name in found}
    assert {"libc.so.6", "libgcc_s.so.1", "libstdc++.so.6"} <= names
    left = ("/test/", "/tests/", "/site-packages/", "/dist-packages/", "/ensurepip/", "/tkinter/", "/__pycache__/")
    assert [name for name in found if name.endswith((".pyc", ".a")) or any(part in name for part in left)] == []


def test_a_prefix_without_an_interpreter_is_told(tmp_path: Path) -> None:
    with pytest.raises(BackendUnavailable, match="cannot be started") as told:
        prefix.version_at(tmp_path)
    assert "import sys; print(sys.base_prefix)" in told.value.repair


def test_the_version_of_a_prefix_is_what_its_interpreter_says() -> None:
    assert prefix.version_at(BASE) == VERSION


def test_the_script_says_how_it_is_used() -> None:
    done = subprocess.run([sys.executable, "-I", inside.__file__, "other"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, "usage: facts | compile ROOT DIRECTORY... | assemble ROOT\n")


NEEDS = {
    "python3-minimal": ["python3.11-minimal", "dpkg"],
    "libpython3-stdlib": ["libpython3.11-stdlib"],
    "python3.11-minimal": ["libc6", "zlib1g"],
    "libpython3.11-stdlib": ["libc6", "libreadline8", "libtinfo6", "libdb5.3", "media-types", "libuuid1"],
    "libc6": ["libgcc-s1"],
    "libgcc-s1": ["gcc-12-base", "libc6"],
    "libstdc++6": ["gcc-12-base", "libc6", "libgcc-s1"],
    "tzdata": ["debconf"],
    **dict.fromkeys(("dpkg", "zlib1g", "libreadline8", "libtinfo6", "libdb5.3", "libuuid1", "debconf"), []),
}


def test_of_debian_the_interpreter_its_libraries_that_of_cpp_and_the_time_zones_are_taken() -> None:
    assert debian._closure(NEEDS) == (
        "libc6", "libgcc-s1", "libpython3.11-stdlib", "libstdc++6", "libuuid1", "python3.11-minimal", "tzdata",
        "zlib1g",
    )  # fmt: skip


def test_without_apt_another_source_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackendUnavailable, match="needs apt-get and dpkg-deb") as told:
        debian.plan(tmp_path)
    assert "hardcell image build --from" in told.value.repair


def test_apts_own_words_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("apt-get", "apt-cache", "dpkg-deb"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'E: no lists here' >&2\nexit 100\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackendUnavailable, match="apt-cache failed: E: no lists here") as told:
        debian.plan(tmp_path)
    assert told.value.repair.startswith("apt-get update (as root)")
