"""Programs and policies that a command line names.

Invariants: no more is read than a program may have; what is no text is refused with its place; nobody waits for the
other end of a pipe that lies somewhere in the file system.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO

from sandbox.limits import Limits
from sandbox.policy import PRESETS, Policy, load_toml

MOST_SOURCE = 16 << 20


def read_program(file: str) -> str:
    """The text of a program; ``-`` is standard input.

    Raises:
        ValueError: it is not UTF-8, or larger than 16 MiB.
        OSError: it cannot be read, or is no regular file and no descriptor that the shell has opened.
    """
    if file == "-":
        data = sys.stdin.buffer.read(MOST_SOURCE + 1)
    else:
        with _open(file) as opened:
            data = opened.read(MOST_SOURCE + 1)
    if len(data) > MOST_SOURCE:
        raise ValueError(f"{file} is larger than {MOST_SOURCE >> 20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{file} is not UTF-8 text: byte {error.start} is {data[error.start]:#04x}") from None


def _open(file: str) -> BinaryIO:
    # Without O_NONBLOCK the opening of a named pipe waits for a writer.
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), file)
        if not stat.S_ISREG(mode) and not _is_descriptor(file):
            raise OSError(errno.EINVAL, "Not a regular file", file)
        os.set_blocking(descriptor, True)
    except OSError:
        os.close(descriptor)
        raise
    return open(descriptor, "rb")


def _is_descriptor(file: str) -> bool:
    """Whether it is a descriptor of this process: standard input, or a process substitution as /dev/fd/63."""
    path = os.path.abspath(file)
    places = (os.path.dirname(one) for one in (path, os.path.realpath(path)))
    return path == "/dev/stdin" or os.path.realpath("/dev/fd") in map(os.path.realpath, places)


def read_policy(source: str) -> tuple[Policy, Limits]:
    """A preset by name, or what is in a TOML file.

    Raises:
        ValueError: neither a file nor a preset, or malformed.
    """
    if source in PRESETS:
        return Policy.preset(source), Limits()
    path = Path(source)
    if not path.is_file():
        raise ValueError(f"{source!r} is neither a file nor a preset; the presets are {', '.join(PRESETS)}")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{source}: not UTF-8 text") from None
    return load_toml(text, source)
