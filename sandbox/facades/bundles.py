"""shutil's archives: zip files of a directory, and back.

Invariants: every file is reached through CellFiles; a member never leaves the directory it is unpacked to.
"""

from __future__ import annotations

import os
import posixpath
import shutil
from typing import Any

from .files import walk
from .runtime import Runtime


def make_archive(
    runtime: Runtime, base_name: Any, format: str, root_dir: Any = None, base_dir: Any = None, *_: Any, **__: Any
) -> str:
    """``shutil.make_archive``; where the archive is."""
    from .. import facades

    if format not in shutil._ARCHIVE_FORMATS:  # type: ignore[attr-defined]
        raise ValueError(f"unknown archive format {format!r}")
    if format != "zip":
        runtime.refuse("HC202", f"shutil.make_archive() with {format!r} (zip is offered)")
    zipfile: Any = facades.load("zipfile", runtime)
    files = runtime.files
    target = files.text(base_name) + ".zip"
    target = target if root_dir is None else files.absolute(target)
    above = posixpath.dirname(target)
    if above and not files.exists(above):
        guest_os: Any = facades.load("os", runtime)
        guest_os.makedirs(above)
    top = files.text(os.curdir if base_dir is None else base_dir)
    inside = posixpath.normpath(top)
    root = "" if root_dir is None else files.text(root_dir)
    top = posixpath.normpath(posixpath.join(root, top))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        if inside != os.curdir:
            archive.write(top, inside)
        for directory, directories, plain in walk(files, top):
            shown = posixpath.normpath(posixpath.relpath(directory, root) if root else directory)
            for name in sorted(directories):
                archive.write(posixpath.join(directory, name), posixpath.join(shown, name))
            for name in plain:
                path = posixpath.normpath(posixpath.join(directory, name))
                if files.is_file(path):
                    archive.write(path, posixpath.join(shown, name))
    return target


def unpack_archive(runtime: Runtime, filename: Any, extract_dir: Any = None, format: Any = None, **_: Any) -> None:
    """``shutil.unpack_archive``."""
    from .. import facades

    zipfile: Any = facades.load("zipfile", runtime)
    files = runtime.files
    name = files.text(filename)
    known = {name: row[0] for name, row in shutil._UNPACK_FORMATS.items()}  # type: ignore[attr-defined]
    if format is None:
        format = next((kind for kind, endings in known.items() if name.endswith(tuple(endings))), None)
        if format is None:
            raise shutil.ReadError(f"Unknown archive format '{name}'")
    elif format not in known:
        raise ValueError(f"Unknown unpack format '{format}'")
    if format != "zip":
        runtime.refuse("HC202", f"shutil.unpack_archive() of {format!r} (zip is offered)")
    if not zipfile.is_zipfile(name):
        raise shutil.ReadError(f"{name} is not a zip file")
    with zipfile.ZipFile(name) as archive:
        for member in archive.namelist():
            if not member.startswith("/") and ".." not in member:
                archive.extract(member, os.curdir if extract_dir is None else extract_dir)
