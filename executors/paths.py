"""Paths of /cell as the host accepts them, before anything is sent.

Invariants: what comes out is relative, normalised and below the cell: no ``..``, no empty component, no NUL.
"""

from __future__ import annotations

import os

from sandbox.cell import MAX_PATH

ROOT = "/cell"
MAX_COMPONENT = 255


def clean(path: str | os.PathLike[str], *, root: bool = False) -> str:
    """The path relative to the cell. ``root`` allows the cell itself, which is "".

    Raises:
        TypeError: not a str or path object.
        ValueError: absolute outside /cell, ``..``, empty, too long, or with a NUL.
    """
    text = os.fspath(path)
    if type(text) is not str:
        raise TypeError(f"a path in the cell is a str, not {type(text).__name__}")
    if "\0" in text or len(text) > MAX_PATH:
        raise ValueError(f"a path in the cell has no NUL and at most {MAX_PATH} characters")
    try:
        encoded = text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError(f"the path {text!r} is not text that a file name can hold") from None
    if text == ROOT or text.startswith(ROOT + "/"):
        text = text[len(ROOT) :].lstrip("/")
    elif text.startswith("/"):
        raise ValueError(f"{text!r} is outside the cell; use a relative path or one below {ROOT}")
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise ValueError(f"{text!r} leads upwards; write the path without '..'")
    if max(map(len, encoded.split(b"/")), default=0) > MAX_COMPONENT:
        raise ValueError(f"a name in {text[:40]!r}… is longer than {MAX_COMPONENT} bytes")
    if not parts and not root:
        raise ValueError("a path to a file is needed, not the cell itself")
    return "/".join(parts)


def is_clean(path: str) -> bool:
    """Whether a worker's path is as ``clean`` would have made it."""
    try:
        return clean(path) == path
    except ValueError:
        return False
