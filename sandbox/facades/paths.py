"""pathlib over /cell: the pure classes without their module, ``Path`` with input and output through CellFiles.

Invariants: a concrete path is a ``PurePosixPath``; each engine has its own two classes, ``Path`` and its one
descendant ``PosixPath``, so that ``type(p)`` and ``repr(p)`` are as in CPython.
"""

from __future__ import annotations

import ntpath
import os
import pathlib
import posixpath
import re
import sys
import types
from collections.abc import Iterator, Mapping
from fnmatch import translate
from typing import IO, Any, ClassVar, NoReturn

from ..cellfiles import CellFiles
from .files import walk
from .module import Facade
from .runtime import Runtime
from .spec import Spec, because, words


def _no_more(code: str, what: str) -> NoReturn:
    raise AttributeError(what)


def _parser(module: types.ModuleType) -> Facade:
    pure = """altsep basename commonpath commonprefix curdir dirname extsep isabs join normcase normpath pardir sep
    split splitdrive splitext splitroot"""
    exports = {name: getattr(module, name) for name in pure.split() if hasattr(module, name)}
    return Facade(module.__name__, exports, lambda name: None, _no_more)


class GuestPurePath(pathlib.PurePath):
    """``pathlib.PurePath``. From 3.13 on the library's own has the module ``posixpath`` as its ``parser``."""

    __slots__ = ()
    parser: Any = _parser(posixpath)

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return super().__new__(GuestPurePosixPath if cls is GuestPurePath else cls, *args, **kwargs)


class GuestPurePosixPath(GuestPurePath, pathlib.PurePosixPath):
    """``pathlib.PurePosixPath``."""

    __slots__ = ()


class GuestPureWindowsPath(GuestPurePath, pathlib.PureWindowsPath):
    """``pathlib.PureWindowsPath``."""

    __slots__ = ()
    parser: Any = _parser(ntpath)


PURE: Mapping[str, type] = {
    "PurePath": GuestPurePath,
    "PurePosixPath": GuestPurePosixPath,
    "PureWindowsPath": GuestPureWindowsPath,
}
for _name, _cls in PURE.items():
    _cls.__module__, _cls.__name__, _cls.__qualname__ = "pathlib", _name, _name


class CellPath(GuestPurePosixPath):
    """Base of an engine's ``Path``."""

    __slots__ = ()
    _files: ClassVar[CellFiles]
    _concrete: ClassVar[type]

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        concrete = cls._concrete if cls is cls._concrete.__mro__[1] else cls
        return super().__new__(concrete, *args, **kwargs)

    @classmethod
    def cwd(cls) -> Any:
        """The guest's current directory."""
        return cls(cls._files.cwd)

    @classmethod
    def home(cls) -> Any:
        """/cell."""
        return cls("/cell")

    def exists(self, *, follow_symlinks: bool = True) -> bool:
        """Whether there is a file or directory."""
        return self._files.exists(self)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Whether there is a regular file."""
        return self._files.is_file(self)

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether there is a directory."""
        return self._files.is_dir(self)

    def is_symlink(self) -> bool:
        """False: /cell has no links."""
        return self._files.exists(self) and False

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """Size, times, mode."""
        return self._files.call(os.stat, self)

    def chmod(self, mode: int, *, follow_symlinks: bool = True) -> None:
        """Change the permissions."""
        self._files.call(os.chmod, self, mode & 0o777)

    def lchmod(self, mode: int) -> None:
        """As ``chmod``."""
        self.chmod(mode)

    def is_mount(self) -> bool:
        """Whether it is /cell itself."""
        return self.exists() and posixpath.normpath(self._files.absolute(self)) == "/cell"

    def is_socket(self) -> bool:
        """False: /cell has files and directories only."""
        return self.exists() and False

    is_block_device = is_char_device = is_fifo = is_socket
    if sys.version_info >= (3, 12):
        is_junction = is_socket
    if sys.version_info >= (3, 13):

        @classmethod
        def from_uri(cls, uri: str) -> Any:
            """The path of a file URI."""
            return cls(str(pathlib.PurePosixPath(pathlib.Path.from_uri(uri))))

    def lstat(self) -> os.stat_result:
        """As ``stat``."""
        return self.stat()

    def open(
        self,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> IO[Any]:
        """Open the file."""
        return self._files.open(self, mode, buffering, encoding, errors, newline)

    def read_text(self, encoding: str | None = None, errors: str | None = None, newline: str | None = None) -> str:
        """The whole text."""
        with self.open("r", encoding=encoding, errors=errors, newline=newline) as file:
            return file.read()  # type: ignore[no-any-return]

    def read_bytes(self) -> bytes:
        """The whole content."""
        with self.open("rb") as file:
            return file.read()  # type: ignore[no-any-return]

    def write_text(
        self, data: str, encoding: str | None = None, errors: str | None = None, newline: str | None = None
    ) -> int:
        """Replace the content; the number of characters."""
        if not isinstance(data, str):
            raise TypeError(f"data must be str, not {type(data).__name__}")
        with self.open("w", encoding=encoding, errors=errors, newline=newline) as file:
            return file.write(data)

    def write_bytes(self, data: Any) -> int:
        """Replace the content; the number of bytes."""
        view = memoryview(data)
        with self.open("wb") as file:
            return file.write(view)

    def touch(self, mode: int = 0o666, exist_ok: bool = True) -> None:
        """Make the file if it is not there, else set its times to now."""
        if self.exists():
            if not exist_ok:
                raise FileExistsError(17, "File exists", str(self))
            self._files.call(os.utime, self, None)
        else:
            self.open("xb").close()

    def mkdir(self, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        """Make the directory."""
        try:
            self._files.call(os.mkdir, self, mode)
        except FileNotFoundError:
            if not parents or self.parent == self:
                raise
            self.parent.mkdir(parents=True, exist_ok=True)
            self.mkdir(mode, parents=False, exist_ok=exist_ok)
        except OSError:
            if not exist_ok or not self.is_dir():
                raise

    def rmdir(self) -> None:
        """Remove the empty directory."""
        self._files.call(os.rmdir, self)

    def unlink(self, missing_ok: bool = False) -> None:
        """Remove the file."""
        try:
            self._files.call(os.unlink, self)
        except FileNotFoundError:
            if not missing_ok:
                raise

    def rename(self, target: Any) -> Any:
        """Rename; the new path."""
        self._files.call2(os.rename, self, target)
        return type(self)(target)

    def replace(self, target: Any) -> Any:
        """Rename over what is there; the new path."""
        self._files.call2(os.replace, self, target)
        return type(self)(target)

    def iterdir(self) -> Iterator[Any]:
        """The entries of the directory."""
        return iter([self / name for name in self._files.call(os.listdir, self)])

    def walk(self, top_down: bool = True, on_error: Any = None, follow_symlinks: bool = False) -> Iterator[Any]:
        """As ``os.walk``, with paths."""
        for root, directories, files in walk(self._files, self, top_down, on_error):
            yield type(self)(root), directories, files

    def absolute(self) -> Any:
        """The absolute path, not normalised."""
        return type(self)(self._files.absolute(self))

    def resolve(self, strict: bool = False) -> Any:
        """The absolute path without ``..``."""
        if strict:
            self.stat()
        return type(self)(posixpath.normpath(self._files.absolute(self)))

    def expanduser(self) -> Any:
        """``~`` is /cell."""
        return type(self)("/cell", *self.parts[1:]) if self.parts[:1] == ("~",) else self

    def samefile(self, other_path: Any) -> bool:
        """Whether both paths name one file."""
        return posixpath.samestat(self.stat(), self._files.call(os.stat, other_path))

    def glob(self, pattern: str, **options: Any) -> Iterator[Any]:
        """Paths below this one that match; ``**`` stands for any number of directories."""
        parts = pathlib.PurePosixPath(pattern).parts
        if not parts:
            raise ValueError(f"Unacceptable pattern: {pattern!r}")
        if parts[0] == "/":
            raise NotImplementedError("Non-relative patterns are unsupported")
        seen: set[str] = set()
        for found in self._select(parts):
            if str(found) not in seen:
                seen.add(str(found))
                yield found

    def rglob(self, pattern: str, **options: Any) -> Iterator[Any]:
        """``glob`` with ``**/`` before the pattern."""
        return self.glob(f"**/{pattern}", **options)

    def _select(self, parts: tuple[str, ...]) -> Iterator[Any]:
        head, rest = parts[0], parts[1:]
        if head == "**":
            for root, _directories, files in walk(self._files, self):
                at = type(self)(root)
                if rest:
                    yield from at._select(rest)
                else:
                    yield at
                    if _STARS_MATCH_FILES:
                        yield from (at / name for name in files)
            return
        if not any(mark in head for mark in "*?["):
            step = self / head
            if step.exists():
                yield from step._select(rest) if rest else (step,)
            return
        match = re.compile(translate(head)).match
        for name in listing(self._files, self):
            if match(name):
                step = self / name
                if not rest:
                    yield step
                elif step.is_dir():
                    yield from step._select(rest)


def listing(files: CellFiles, path: object) -> list[str]:
    """The names in a directory in the kernel's order, none when it is no directory."""
    return files.call(os.listdir, path) if files.is_dir(path) else []


# From 3.13 on, a pattern that ends in "**" matches files too.
_STARS_MATCH_FILES = sys.version_info >= (3, 13)


def _build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    space: dict[str, Any] = {"__slots__": (), "__module__": "pathlib", "_files": runtime.files}
    path = type("Path", (CellPath,), {**space, "__qualname__": "Path"})
    posix = type("PosixPath", (path,), {**space, "__qualname__": "PosixPath"})
    path._concrete = posix  # type: ignore[attr-defined]
    return {**PURE, "Path": path, "PosixPath": posix}


SPECS = (
    Spec(
        name="pathlib",
        names=words("UnsupportedOperation"),
        own=words("Path PosixPath PurePath PurePosixPath PureWindowsPath"),
        left_out={
            "WindowsPath": "/cell is a POSIX tree",
            **because(
                links="Path.hardlink_to Path.link_to Path.readlink Path.symlink_to", machine="Path.group Path.owner"
            ),
        },
        build=_build,
    ),
)
