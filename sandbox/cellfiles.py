"""/cell: the one directory tree that guarded guests see.

Invariants: a guest path is relative to the guest's current directory or lies below /cell, never climbs above it and
never crosses a symbolic link; anything else is refused (HC401), also for mere questions such as "does it exist",
because a silently different answer would be a lie. Error messages show the guest's own path, as CPython does,
although the real directory differs where no mount namespace stands around the worker.

Open files are native objects. Their ``buffer.raw`` and ``fileno()`` are harmless: the descriptor belongs to a file
in /cell, no facade takes a descriptor, and ``io.FileIO`` is not a reviewed class.
"""

from __future__ import annotations

import io
import os
import posixpath
import stat
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from .facades.runtime import Runtime

ROOT = "/cell"
_T = TypeVar("_T")


class CellFiles:
    """The guarded file layer of one engine. ``cwd`` is the guest's current directory, as the guest names it."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._place = runtime.host.cell
        self.cwd = ROOT

    def text(self, path: object) -> str:
        """The path as exact str.

        Raises:
            TypeError: not a path.
        """
        if type(path) is str:
            return path
        if isinstance(path, int):
            self._runtime.refuse("HC402", f"a file descriptor ({path!r}) in place of a path")
        plain = os.fspath(path)  # type: ignore[call-overload]
        return os.fsdecode(plain) if isinstance(plain, bytes) else str.__str__(plain)

    def absolute(self, path: object) -> str:
        """The guest's absolute path, not normalised."""
        return posixpath.join(self.cwd, self.text(path))

    def real(self, path: object) -> str:
        """The host's path of a guest path; refuses what lies outside /cell.

        Raises:
            TypeError, ValueError: not a path.
        """
        shown = self.text(path)
        if not self._runtime.host.policy.files:
            self._runtime.refuse("HC402", f"the file {shown!r}, under a policy without files")
        if "\0" in shown:
            raise ValueError("embedded null byte")
        if shown == "":
            return ""  # the kernel's own FileNotFoundError follows
        whole = posixpath.join(self.cwd, shown)
        parts = [part for part in whole.split("/") if part not in ("", ".")]
        if not whole.startswith("/") or parts[:1] != ["cell"]:
            self._runtime.refuse("HC401", f"the path {shown!r}")
        depth, real = 0, posixpath.normpath(self._place.path)
        for part in parts[1:]:
            depth += -1 if part == ".." else 1
            if depth < 0:
                self._runtime.refuse("HC401", f"the path {shown!r}")
            real = f"{real}/{part}"
            self._refuse_link(real, shown)
        return f"{real}/" if whole.endswith("/") and depth else real

    def _refuse_link(self, real: str, shown: str) -> None:
        try:
            mode = os.lstat(real).st_mode
        except (OSError, ValueError):
            return
        if stat.S_ISLNK(mode):
            self._runtime.refuse("HC401", f"the symbolic link {shown!r}")

    def told(self, error: OSError, path: object, second: object = None) -> OSError:
        """The error as CPython words it for the guest's own path."""
        if error.errno is None:
            return error
        if second is None:
            return OSError(error.errno, error.strerror, path)
        return OSError(error.errno, error.strerror, path, None, second)

    def call(self, function: Callable[..., _T], path: object, *args: Any, **options: Any) -> _T:
        """``function(real path, ...)`` with the guest's path in its errors."""
        real = self.real(path)
        try:
            return function(real, *args, **options)
        except OSError as error:
            raise self.told(error, self.text(path)) from None

    def call2(self, function: Callable[..., _T], source: object, target: object) -> _T:
        """``function(real source, real target)`` with the guest's paths in its errors."""
        real_source, real_target = self.real(source), self.real(target)
        try:
            return function(real_source, real_target)
        except OSError as error:
            raise self.told(error, self.text(source), self.text(target)) from None

    def chdir(self, path: object) -> None:
        """Change the guest's current directory; the process' own stays."""
        self.call(os.listdir, path)
        self.cwd = posixpath.normpath(self.absolute(path))

    def open(
        self,
        file: object,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: object = None,
    ) -> IO[Any]:
        """The builtin ``open`` for files of /cell."""
        if opener is not None or not closefd:
            self._runtime.refuse("HC402", "open() with opener= or closefd=False")
        opened: IO[Any] = self.call(io.open, file, mode, buffering, encoding, errors, newline)
        raw: Any = getattr(opened, "buffer", opened)
        raw = getattr(raw, "raw", raw)
        raw.name = file if type(file) in (str, bytes) else self.text(file)
        return opened

    def exists(self, path: object) -> bool:
        """Whether there is a file or directory."""
        return self.mode(path) is not None

    def mode(self, path: object) -> int | None:
        """``st_mode``, or None when nothing is there."""
        try:
            return os.stat(self.real(path)).st_mode
        except (OSError, ValueError):
            return None

    def is_dir(self, path: object) -> bool:
        """Whether there is a directory."""
        mode = self.mode(path)
        return mode is not None and stat.S_ISDIR(mode)

    def is_file(self, path: object) -> bool:
        """Whether there is a regular file."""
        mode = self.mode(path)
        return mode is not None and stat.S_ISREG(mode)
