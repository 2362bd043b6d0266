"""Text of a guest on a terminal, and failures as plain messages.

Invariants: control characters, direction marks and lone surrogates are shown as escapes; a stranger's name stays on its
line; nothing is parsed as markup.
"""

from __future__ import annotations

import contextlib
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from typing import NoReturn

import typer

from sandbox.errors import EXIT_STATUS, BackendUnavailable, HardcellError

_SUSPECT = re.compile(r"[^\x20-\x7e\n\t]")
_SHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that are shown escaped."""


def escape(text: str) -> str:
    """``text`` with everything that could steer a terminal as backslash escapes."""
    return _SUSPECT.sub(_escaped, text)


def one_line(text: str) -> str:
    """``escape`` for names and messages that stand on a line of ours: line ends and tabs are escaped, too."""
    return escape(text).replace("\n", "\\n").replace("\t", "\\t")


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if unicodedata.category(character) not in _SHOWN:
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def say(text: str, *, error: bool = False, end: str = "\n") -> None:
    """Print escaped text; characters that the terminal's encoding lacks are escaped too."""
    stream = sys.stderr if error else sys.stdout
    encoding = stream.encoding or "utf-8"
    shown = escape(text).encode(encoding, "backslashreplace").decode(encoding)
    stream.write(shown + end)


class Shown:
    """Shows a run's output while it goes on: an ``on_output``. When the reader of our own output has gone the run is
    stopped with ``stop``, and ``close`` tells."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._broken: BrokenPipeError | None = None

    def __call__(self, name: str, text: str) -> None:
        """Show one piece."""
        if self._broken is not None:
            return
        try:
            say(text, error=name == "stderr", end="")
            (sys.stderr if name == "stderr" else sys.stdout).flush()
        except BrokenPipeError as error:
            self._broken = error
            self._stop()

    def close(self) -> None:
        """The run is over.

        Raises:
            BrokenPipeError: nobody reads what is shown.
        """
        if self._broken is not None:
            raise self._broken


def fail(message: str, status: int) -> NoReturn:
    """Say why and leave."""
    say(message, error=True)
    raise typer.Exit(status)


@contextlib.contextmanager
def plain_failures() -> Iterator[None]:
    """Turn what can go wrong outside a run into a message and an exit status."""
    try:
        yield
    except HardcellError as error:
        fail(_with_repair(error), EXIT_STATUS[error.kind])
    except (ValueError, TypeError) as error:
        fail(one_line(str(error)), EXIT_STATUS["usage"])
    except BrokenPipeError:
        raise
    except OSError as error:
        name = f": {error.filename}" if error.filename else ""
        fail(one_line(f"{error.strerror or error}{name}"), EXIT_STATUS["usage"])


def _with_repair(error: HardcellError) -> str:
    if isinstance(error, BackendUnavailable) and error.repair:
        return f"{error.message}\n{error.repair}"
    return str(error)
