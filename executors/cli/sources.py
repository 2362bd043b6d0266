"""Programs and policies that a command line names.

Invariants: no more is read than a program may have; what is no text is refused with its place.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sandbox.limits import Limits
from sandbox.policy import PRESETS, Policy, load_toml

MOST_SOURCE = 16 << 20


def read_program(file: str) -> str:
    """The text of a program; ``-`` is standard input.

    Raises:
        ValueError: it is not UTF-8, or larger than 16 MiB.
        OSError: it cannot be read.
    """
    if file == "-":
        data = sys.stdin.buffer.read(MOST_SOURCE + 1)
    else:
        with Path(file).open("rb") as opened:
            data = opened.read(MOST_SOURCE + 1)
    if len(data) > MOST_SOURCE:
        raise ValueError(f"{file} is larger than {MOST_SOURCE >> 20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{file} is not UTF-8 text: byte {error.start} is {data[error.start]:#04x}") from None


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
