"""An audit sink: every event as one line of JSON.

Invariants: a line is written and flushed before the act it tells of goes on; guest text is escaped by JSON, so it
cannot break a line.
"""

from __future__ import annotations

import os
import threading
from types import TracebackType
from typing import Self

from sandbox.events import Event


class JsonLines:
    """Appends to a file: ``create_executor(..., on_event=JsonLines("audit.jsonl"))``. Safe for threads.

    Raises:
        OSError: the file cannot be opened for appending.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file = open(path, "a", encoding="ascii")
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Write one event."""
        with self._lock:
            self._file.write(event.to_json() + "\n")
            self._file.flush()

    def close(self) -> None:
        """Close the file. Idempotent."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
