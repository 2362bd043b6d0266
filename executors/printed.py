"""What a run printed: kept up to a limit, and told on piece by piece.

Invariants: the pieces told of one output, joined, are what ``text`` gives; a listener that fails is told to the log
and not called again in this run; while a listener runs the clocks of the run are looked at all the same.
"""

from __future__ import annotations

import codecs
import inspect
import logging
from collections.abc import Callable

from .aside import Aside
from .ctrl_c import let_through
from .stream import Output

OnOutput = Callable[[Output, str], object]
"""Called with "stdout" or "stderr" and the text that was printed."""
_ERRORS = "backslashreplace"
_log = logging.getLogger("hardcell")


def check_on_output(on_output: object) -> None:
    """Raises TypeError unless ``on_output`` is None or a function that ``run`` can call."""
    if on_output is not None and not callable(on_output):
        raise TypeError("on_output must be callable: name, text -> None")
    if inspect.iscoroutinefunction(on_output):
        raise TypeError("a coroutine function as on_output needs arun()")


class Printed:
    """Both outputs of one run, at most ``most`` bytes of them together. ``size``: the bytes that were printed.

    ``on_output`` is called on the thread that tells; ``aside`` looks at the clocks meanwhile. ``escaped``: what it
    raised that is no Exception.
    """

    def __init__(self, most: int, on_output: OnOutput | None = None) -> None:
        self._most = most
        self._kept: dict[Output, bytearray] = {"stdout": bytearray(), "stderr": bytearray()}
        self._on_output = on_output
        self._decoders: dict[Output, codecs.IncrementalDecoder] = {}
        self.size = 0
        self.escaped: BaseException | None = None

    def take(self, name: Output, data: bytes) -> bytes:
        """Count ``data`` and keep what fits; gives what was kept."""
        room = max(0, self._most - self.size)
        self.size += len(data)
        kept = data if len(data) <= room else data[:room]
        self._kept[name] += kept
        return kept

    def text(self, name: Output) -> str:
        """What was kept of one output; bytes that are no UTF-8 are escaped."""
        return self._kept[name].decode("utf-8", _ERRORS)

    @property
    def told(self) -> bool:
        """Whether anybody listens."""
        return self._on_output is not None

    def tell(self, name: Output, data: bytes, aside: Aside) -> None:
        """Tell what was kept; the bytes of a character that is not whole yet wait."""
        if name not in self._decoders:
            self._decoders[name] = codecs.getincrementaldecoder("utf-8")(_ERRORS)
        self._say(name, self._decoders[name].decode(data), aside)

    def end(self, aside: Aside) -> None:
        """Nothing more comes: tell what waited."""
        for name, decoder in self._decoders.items():
            self._say(name, decoder.decode(b"", final=True), aside)

    def _say(self, name: Output, text: str, aside: Aside) -> None:
        on_output = self._on_output
        if not text or on_output is None:
            return
        try:
            with aside, let_through():
                on_output(name, text)
        except Exception:
            self._on_output = None
            _log.exception("the output callback failed; it is not called again in this run")
        except BaseException as error:
            self._on_output = None
            self.escaped = error
