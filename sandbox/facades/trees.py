"""glob, shutil and tempfile over /cell."""

from __future__ import annotations

import fnmatch
import os
import posixpath
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

from ..cellfiles import CellFiles
from . import bundles
from .environment import environment
from .files import walk
from .runtime import Runtime
from .spec import Spec, because, words

TEMPORARY = "/cell/.tmp"


def _match(files: CellFiles, pattern: str, recursive: bool, hidden: bool) -> Iterator[str]:
    """Paths that match, worded as the pattern is."""
    directory, name = posixpath.split(pattern)
    if not any(mark in pattern for mark in "*?["):
        if files.is_dir(pattern) if not name else files.exists(pattern):
            yield pattern
        return
    if not directory or directory == pattern:
        roots: Iterator[str] = iter([directory])
    elif any(mark in directory for mark in "*?["):
        roots = (root for root in _match(files, directory, recursive, hidden) if files.is_dir(root or "."))
    else:
        roots = iter([directory])
    match = re.compile(fnmatch.translate(name)).match
    for root in roots:
        if recursive and name == "**":
            yield from _deep(files, root, hidden)
        elif not any(mark in name for mark in "*?["):
            step = posixpath.join(root, name)
            if files.is_dir(root) if not name else files.exists(step):
                yield step
        elif files.is_dir(root or "."):
            for found in files.call(os.listdir, root or "."):
                if match(found) and (hidden or name.startswith(".") or not found.startswith(".")):
                    yield posixpath.join(root, found)


def _deep(files: CellFiles, root: str, hidden: bool) -> Iterator[str]:
    if files.is_dir(root or "."):
        yield posixpath.join(root, "") if root else ""
    for at, directories, plain in walk(files, root or "."):
        if not hidden:
            directories[:] = [name for name in directories if not name.startswith(".")]
        prefix = posixpath.relpath(at, root or ".") if root else posixpath.normpath(at)
        for name in [*directories, *plain]:
            if hidden or not name.startswith("."):
                yield posixpath.normpath(posixpath.join(root, "" if prefix == "." else prefix, name))


def _build_glob(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def iglob(
        pathname: str, *, root_dir: str | None = None, recursive: bool = False, include_hidden: bool = False
    ) -> Iterator[str]:
        if root_dir is None:
            return (
                found
                for found in _match(runtime.files, runtime.files.text(pathname), recursive, include_hidden)
                if found
            )
        base = posixpath.join(runtime.files.text(root_dir), "")
        found_all = _match(runtime.files, base + pathname, recursive, include_hidden)
        return (found[len(base) :] for found in found_all if len(found) > len(base))

    def glob(pathname: str, **options: Any) -> list[str]:
        return list(iglob(pathname, **options))

    return {"glob": glob, "iglob": iglob}


def _build_shutil(real: Any, runtime: Runtime) -> Mapping[str, object]:
    files = runtime.files

    def into(src: object, dst: object) -> str:
        target = files.text(dst)
        return posixpath.join(target, posixpath.basename(files.text(src))) if files.is_dir(dst) else target

    def copyfile(src: object, dst: object, *, follow_symlinks: bool = True) -> object:
        if files.exists(src) and files.real(src) == files.real(dst):
            raise shutil.SameFileError(f"{files.text(src)!r} and {files.text(dst)!r} are the same file")
        with files.open(src, "rb") as source, files.open(dst, "wb") as target:
            shutil.copyfileobj(source, target)
        return dst

    def copy(src: object, dst: object, *, follow_symlinks: bool = True) -> str:
        target = into(src, dst)
        copyfile(src, target)
        files.call2(shutil.copymode, src, target)
        return target

    def copy2(src: object, dst: object, *, follow_symlinks: bool = True) -> str:
        target = into(src, dst)
        copyfile(src, target)
        files.call2(shutil.copystat, src, target)
        return target

    def copytree(
        src: object,
        dst: object,
        symlinks: bool = False,
        ignore: Callable[[str, list[str]], Any] | None = None,
        copy_function: Callable[[str, str], object] = copy2,
        ignore_dangling_symlinks: bool = False,
        dirs_exist_ok: bool = False,
    ) -> object:
        source, target = files.text(src), files.text(dst)
        names = files.call(os.listdir, source)
        left = set(ignore(source, list(names))) if ignore is not None else set()
        if not (dirs_exist_ok and files.is_dir(target)):
            _makedirs(files, target)
        for name in names:
            if name not in left:
                one, other = posixpath.join(source, name), posixpath.join(target, name)
                if files.is_dir(one):
                    copytree(one, other, symlinks, ignore, copy_function, False, dirs_exist_ok)
                else:
                    copy_function(one, other)
        return dst

    def rmtree(path: object, ignore_errors: bool = False, onerror: object = None, *, onexc: object = None) -> None:
        if ignore_errors and not files.is_dir(path):
            return
        for root, directories, plain in walk(files, files.text(path), topdown=False):
            for name in plain:
                files.call(os.unlink, posixpath.join(root, name))
            for name in directories:
                files.call(os.rmdir, posixpath.join(root, name))
        files.call(os.rmdir, path)

    def get_terminal_size(fallback: tuple[int, int] = (80, 24)) -> os.terminal_size:
        given = [environment(runtime).get(name, "") for name in ("COLUMNS", "LINES")]
        sizes = zip(given, fallback, strict=True)
        return os.terminal_size(int(text) if text.isdigit() and int(text) else plain for text, plain in sizes)

    def move(src: object, dst: object, copy_function: object = None) -> str:
        target = into(src, dst)
        if target != files.text(dst) and files.exists(target):
            raise shutil.Error(f"Destination path '{target}' already exists")
        files.call2(os.rename, src, target)
        return target

    def disk_usage(path: object) -> Any:
        return files.call(shutil.disk_usage, path)

    def which(cmd: object, mode: int = 0, path: object = None) -> None:
        return None

    return {
        "copy": copy, "copy2": copy2, "copyfile": copyfile, "copytree": copytree, "rmtree": rmtree, "move": move,
        "disk_usage": disk_usage, "which": which, "get_terminal_size": get_terminal_size,
        "make_archive": lambda *args, **options: bundles.make_archive(runtime, *args, **options),
        "unpack_archive": lambda *args, **options: bundles.unpack_archive(runtime, *args, **options),
        "get_archive_formats": shutil.get_archive_formats, "get_unpack_formats": shutil.get_unpack_formats,
    }  # fmt: skip


def _makedirs(files: CellFiles, path: str) -> None:
    head = posixpath.dirname(path.rstrip("/"))
    if head and not files.exists(head):
        _makedirs(files, head)
    files.call(os.mkdir, path)


class TemporaryDirectory:
    """A directory in /cell that is removed with its content at the end."""

    def __init__(self, files: CellFiles, remove: Callable[[str], None], name: str, delete: bool) -> None:
        self._files, self._remove, self._delete = files, remove, delete
        self.name = name

    def __enter__(self) -> str:
        return self.name

    def __exit__(self, *exc: object) -> None:
        if self._delete:
            self.cleanup()

    def cleanup(self) -> None:
        """Remove the directory now."""
        if self._files.is_dir(self.name):
            self._remove(self.name)

    def __repr__(self) -> str:
        return f"<TemporaryDirectory {self.name!r}>"


class NamedFile:
    """An open file in /cell that is removed when it is closed."""

    def __init__(self, files: CellFiles, file: IO[Any], name: str, delete: bool, delete_on_close: bool) -> None:
        self._files, self.file, self.name = files, file, name
        self.delete = delete
        self._on_close = delete and delete_on_close

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.file, name)

    def __enter__(self) -> NamedFile:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
        if self.delete and self._files.exists(self.name):
            self._files.call(os.unlink, self.name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.file)

    def close(self) -> None:
        """Close, and remove the file if that was asked."""
        self.file.close()
        if self._on_close and self._files.exists(self.name):
            self._files.call(os.unlink, self.name)


def _build_tempfile(real: Any, runtime: Runtime) -> Mapping[str, object]:
    files = runtime.files

    def fresh(suffix: Any, prefix: Any, directory: Any) -> str:
        for part in (suffix, prefix):
            if part is not None and type(part) is not str:
                raise TypeError("suffix and prefix must be plain strings")
        if directory is None:
            directory = TEMPORARY
            if not files.is_dir(directory):
                files.call(os.mkdir, directory)
        name = f"{'tmp' if prefix is None else prefix}{secrets.token_hex(4)}{suffix or ''}"
        return posixpath.join(files.absolute(directory), name)

    def mkdtemp(suffix: Any = None, prefix: Any = None, dir: Any = None) -> str:
        path = fresh(suffix, prefix, dir)
        files.call(os.mkdir, path, 0o700)
        return path

    def remove(path: str) -> None:
        for root, directories, plain in walk(files, path, topdown=False):
            for name in plain:
                files.call(os.unlink, posixpath.join(root, name))
            for name in directories:
                files.call(os.rmdir, posixpath.join(root, name))
        files.call(os.rmdir, path)

    def temporary_directory(
        suffix: Any = None, prefix: Any = None, dir: Any = None, ignore_cleanup_errors: bool = False,
        *, delete: bool = True,
    ) -> TemporaryDirectory:  # fmt: skip
        return TemporaryDirectory(files, remove, mkdtemp(suffix, prefix, dir), delete)

    def named_temporary_file(
        mode: str = "w+b", buffering: int = -1, encoding: Any = None, newline: Any = None, suffix: Any = None,
        prefix: Any = None, dir: Any = None, delete: bool = True, *, errors: Any = None, delete_on_close: bool = True,
    ) -> NamedFile:  # fmt: skip
        path = fresh(suffix, prefix, dir)
        opened = files.open(path, mode.replace("r", "w"), buffering, encoding, errors, newline)
        return NamedFile(files, opened, path, delete, delete_on_close)

    def temporary_file(
        mode: str = "w+b", buffering: int = -1, encoding: Any = None, newline: Any = None, suffix: Any = None,
        prefix: Any = None, dir: Any = None, *, errors: Any = None,
    ) -> IO[Any]:  # fmt: skip
        path = fresh(suffix, prefix, dir)
        opened = files.open(path, mode, buffering, encoding, errors, newline)
        files.call(os.unlink, path)
        return opened

    return {
        "mkdtemp": mkdtemp,
        "gettempdir": lambda: TEMPORARY,
        "gettempdirb": TEMPORARY.encode,
        "TemporaryDirectory": temporary_directory,
        "NamedTemporaryFile": named_temporary_file,
        "TemporaryFile": temporary_file,
    }


SPECS = (
    Spec(name="fnmatch", names=words("filter fnmatch fnmatchcase translate")),
    Spec(
        name="glob",
        names=words("escape translate"),
        own=words("glob iglob"),
        left_out=because(undocumented="glob0 glob1 has_magic"),
        build=_build_glob,
    ),
    Spec(
        name="shutil",
        names=words(
            "Error ExecError ReadError RegistryError SameFileError SpecialFileError copyfileobj ignore_patterns"
        ),
        own=words(
            """copy copy2 copyfile copytree disk_usage get_archive_formats get_terminal_size get_unpack_formats
            make_archive move rmtree unpack_archive which"""
        ),
        left_out=because(
            system="chown copymode copystat",
            process="register_archive_format register_unpack_format unregister_archive_format unregister_unpack_format",
            undocumented="COPY_BUFSIZE",
        ),
        results=words("_ntuple_diskusage"),
        build=_build_shutil,
    ),
    Spec(
        name="tempfile",
        names=words("TMP_MAX gettempprefix gettempprefixb"),
        own=words("NamedTemporaryFile TemporaryDirectory TemporaryFile gettempdir gettempdirb mkdtemp"),
        left_out=because(
            files="SpooledTemporaryFile",
            process="tempdir",
            descriptors="mkstemp",
            old="mktemp",
            undocumented="template",
        ),
        build=_build_tempfile,
    ),
)
