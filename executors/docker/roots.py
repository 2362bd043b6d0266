"""A root file system in the making, as a tar archive for ``docker import`` and for filling containers.

Invariants: the same files give the same bytes: names sorted, times 0, everything owned by root, no set-uid bit, no
device. Directories above a file are there without being named.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import posixpath
import tarfile
import tempfile
from pathlib import Path
from typing import IO

from . import inside


@dataclasses.dataclass(frozen=True)
class _Entry:
    """A file with contents in memory or on disk, a link (``target``), or a directory (neither)."""

    mode: int
    content: bytes | Path | None = None
    target: str = ""


class Root:
    """Files by name, relative to the root."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}

    @classmethod
    def bare(cls) -> Root:
        """Empty directories, accounts, and the top level as links below /usr."""
        root = cls()
        for name in inside.DIRECTORIES:
            root.directory(name, 0o1777 if name == "tmp" else 0o755)
        for name in inside.MERGED:
            root.directory(f"usr/{name}")
            root.link(name, f"usr/{name}")
        for name, data in inside.ACCOUNTS.items():
            root.file(name, data)
        return root

    def directory(self, name: str, mode: int = 0o755) -> None:
        """An empty directory, or another mode for one that has files."""
        self._entries[name] = _Entry(mode)

    def link(self, name: str, target: str) -> None:
        """A symbolic link."""
        self._entries[name] = _Entry(0o777, None, target)

    def file(self, name: str, content: bytes | Path, mode: int = 0o644) -> None:
        """A file; one on disk is read when the archive is written."""
        self._entries[name] = _Entry(mode & 0o755, content)

    def content(self, name: str) -> bytes | Path | None:
        """What a file was given, or None where there is none."""
        entry = self._entries.get(name)
        return entry.content if entry is not None else None

    def holds(self, name: str) -> bool:
        """Whether something has this name or lies below it."""
        return any(one == name or one.startswith(f"{name}/") for one in self._entries)

    def add(self, other: Root) -> None:
        """Everything of another root too."""
        self._entries |= other._entries

    def digest(self) -> str:
        """SHA-256 of the archive, in hexadecimal digits."""
        with tempfile.TemporaryFile() as file:
            self.write(file)
            file.seek(0)
            return hashlib.file_digest(file, "sha256").hexdigest()

    def write(self, file: IO[bytes]) -> None:
        """Write the archive.

        Raises:
            OSError: a file cannot be read.
        """
        entries = dict(self._entries)
        for name in self._entries:
            while name := posixpath.dirname(name):
                entries.setdefault(name, _Entry(0o755))
        with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as archive:
            for name in sorted(entries):
                _add(archive, name, entries[name])

    def packed(self) -> bytes:
        """The archive in memory, for a few megabytes."""
        buffer = io.BytesIO()
        self.write(buffer)
        return buffer.getvalue()


def _add(archive: tarfile.TarFile, name: str, entry: _Entry) -> None:
    info = tarfile.TarInfo(name)
    info.mode = entry.mode
    if entry.target:
        info.type, info.linkname = tarfile.SYMTYPE, entry.target
        archive.addfile(info)
    elif entry.content is None:
        info.type = tarfile.DIRTYPE
        archive.addfile(info)
    else:
        data = entry.content.read_bytes() if isinstance(entry.content, Path) else entry.content
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
