"""The guest's stdout, stderr and stdin.

Invariants: a console leads to no host stream by public names; what it is given is str; ``Streams`` is the one
place where redirection is kept, so that ``print``, ``sys.stdout`` and ``contextlib.redirect_stdout`` agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn, TextIO


class Console:
    """A text stream of the guest, write-only."""

    __slots__ = ("_sink", "name")
    encoding = "utf-8"
    errors = "backslashreplace"
    closed = False
    mode = "w"
    newlines = None
    line_buffering = False

    def __init__(self, sink: TextIO, name: str) -> None:
        self._sink = sink
        self.name = name

    def write(self, text: str) -> int:
        """Write text; the number of characters written."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        plain = text if type(text) is str else str.__str__(text)
        self._sink.write(plain)
        return len(plain)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of the lines."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Pass on what is buffered."""
        self._sink.flush()

    def close(self) -> None:
        """Nothing: the console outlives the guest's wish to close it."""

    def isatty(self) -> bool:
        """False."""
        return False

    def readable(self) -> bool:
        """False."""
        return False

    def writable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """False."""
        return False

    def reconfigure(self, **options: object) -> None:
        """Accepted and without effect: the console always is UTF-8."""

    def __enter__(self) -> Console:
        return self

    def __exit__(self, *exc: object) -> None:
        self.flush()

    def __repr__(self) -> str:
        return f"<_io.TextIOWrapper name={self.name!r} mode='w' encoding='utf-8'>"


class EmptyInput:
    """The guest's stdin: always at its end."""

    __slots__ = ()
    name = "<stdin>"
    encoding = "utf-8"
    closed = False
    mode = "r"

    def read(self, size: int = -1) -> str:
        """The empty string."""
        return ""

    def readline(self, size: int = -1) -> str:
        """The empty string."""
        return ""

    def readlines(self, hint: int = -1) -> list[str]:
        """No lines."""
        return []

    def isatty(self) -> bool:
        """False."""
        return False

    def readable(self) -> bool:
        """True."""
        return True

    def __iter__(self) -> EmptyInput:
        return self

    def __next__(self) -> NoReturn:
        raise StopIteration


class Streams:
    """Where the guest's output goes now. ``stdout`` and ``stderr`` may be any guest object with ``write``."""

    __slots__ = ("original_stderr", "original_stdout", "stderr", "stdin", "stdout")

    def __init__(self, stdout: TextIO, stderr: TextIO) -> None:
        self.original_stdout = Console(stdout, "<stdout>")
        self.original_stderr = Console(stderr, "<stderr>")
        self.stdin: Any = EmptyInput()
        self.stdout: Any = self.original_stdout
        self.stderr: Any = self.original_stderr

    def reset(self) -> None:
        """Undo every redirection, as at the start of a session."""
        self.stdout, self.stderr = self.original_stdout, self.original_stderr
