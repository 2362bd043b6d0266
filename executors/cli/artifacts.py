"""Writing a run's artifacts below a directory of the host's.

Invariants: names and contents are a stranger's: names stay below the directory and are escaped, links are not
followed, nothing of other content is overwritten, and the whole stays within what the session's /cell could hold.
"""

from __future__ import annotations

import os
from pathlib import Path

from sandbox.result import Artifact

from .terminal import one_line


def save(artifacts: tuple[Artifact, ...], out: Path, most_bytes: int) -> list[Path]:
    """Write the artifacts below ``out``, all or, when one is in the way, none. Gives the paths written.

    Raises:
        ValueError: a file of other content, or a link, is in the way; two artifacts need the same name; they are
            more than ``most_bytes`` in all.
    """
    contents: dict[Path, bytes] = {}
    left = most_bytes
    for artifact in artifacts:
        path = out.joinpath(*(one_line(part) for part in artifact.name.split("/")))
        if path in contents:
            raise ValueError(f"--out: two files would be named {path}; nothing was saved")
        contents[path] = artifact.read()
        left -= len(contents[path])
        if left < 0:
            raise ValueError(f"--out: the files are more than the {most_bytes >> 20} MB of /cell; nothing was saved")
    for path, content in contents.items():
        _check(path, content, out, contents)
    out.mkdir(parents=True, exist_ok=True)
    for path, content in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            continue
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
    return list(contents)


def _check(path: Path, content: bytes, out: Path, contents: dict[Path, bytes]) -> None:
    for parent in path.parents[: len(path.relative_to(out).parts) - 1]:
        if parent.is_symlink() or (parent.exists() and not parent.is_dir()) or parent in contents:
            raise ValueError(f"--out: {parent} is in the way, it is no directory; nothing was saved")
    if path.is_symlink() or (path.exists() and not (path.is_file() and path.read_bytes() == content)):
        raise ValueError(f"--out: {path} exists with other content; choose another directory. Nothing was saved")
