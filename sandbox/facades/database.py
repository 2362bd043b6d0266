"""sqlite3 in memory and in /cell.

Invariants: a database is ``:memory:``, an unnamed temporary one, or a plain path of /cell, never a URI; every
connection carries an authorizer that refuses ATTACH outside /cell and extension loading, and guests cannot replace it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any, ClassVar

from .gadgets import exact_int
from .loans import Loan
from .runtime import Runtime

_TURN = 10_000
"""Instructions of SQLite's machine between two looks at the clock. They differ between versions and cost nothing."""
_IN_MEMORY = frozenset({":memory:", ""})
_REFUSED_FUNCTIONS = frozenset({"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"})
_REFUSED_PRAGMAS = frozenset({"temp_store_directory", "data_store_directory"})


class CellConnection(sqlite3.Connection):
    """Base of an engine's ``sqlite3.Connection``."""

    _runtime: ClassVar[Runtime]

    def __init__(self, database: Any, *args: Any, **options: Any) -> None:
        files = self._runtime.files
        if options.pop("uri", False):
            self._runtime.refuse("HC402", "a database URI")
        options.pop("factory", None)
        if args:
            args = (0.0, *args[1:])
        else:
            options["timeout"] = 0.0  # whoever holds the lock is this very thread: waiting would not help
        shown = files.text(database)
        real = shown if shown in _IN_MEMORY else files.real(shown)
        try:
            super().__init__(real, *args, **options)
        except sqlite3.OperationalError as error:
            raise sqlite3.OperationalError(str(error).replace(real, shown) if real else str(error)) from None
        if shown not in _IN_MEMORY:
            self._runtime.host.cell.bound[id(self)] = self
        super().set_authorizer(self._authorize)
        super().set_progress_handler(self._tick, _TURN)
        super().setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self._most())

    def close(self) -> None:
        """Close it; what was not committed is lost."""
        super().close()
        self._runtime.host.cell.bound.pop(id(self), None)

    def _most(self) -> int:
        return self._runtime.prices.most(1)

    def setlimit(self, category: int, limit: int, /) -> int:
        """Set a limit of the connection; the former one."""
        category = exact_int(category)
        longest = category == sqlite3.SQLITE_LIMIT_LENGTH and exact_int(limit) > self._most()
        return super().setlimit(category, self._most() if longest else limit)

    def _authorize(self, action: int, first: Any, second: Any, database: Any, trigger: Any) -> int:
        if action == sqlite3.SQLITE_ATTACH:
            return sqlite3.SQLITE_OK if first in _IN_MEMORY else sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_FUNCTION and second in _REFUSED_FUNCTIONS:
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_PRAGMA and str(first).lower() in _REFUSED_PRAGMAS:
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_PRAGMA and str(first).lower() == "busy_timeout" and second is not None:
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    def _tick(self) -> int:
        self._runtime.charge(0)
        return 0

    def set_authorizer(self, authorizer_callback: Any) -> None:
        """Not offered."""
        self._runtime.refuse("HC202", "sqlite3.Connection.set_authorizer()")

    def set_progress_handler(self, progress_handler: Any, n: int) -> None:
        """Call it after each ``n`` instructions; the budget's own look stays."""
        if progress_handler is None:
            super().set_progress_handler(self._tick, _TURN)
            return

        def handler() -> Any:
            self._tick()
            return progress_handler()

        super().set_progress_handler(handler, min(max(exact_int(n), 1), _TURN))

    def enable_load_extension(self, *args: Any) -> None:
        """Not offered."""
        self._runtime.refuse("HC202", "sqlite3.Connection.enable_load_extension()")

    def load_extension(self, *args: Any, **options: Any) -> None:
        """Not offered."""
        self._runtime.refuse("HC202", "sqlite3.Connection.load_extension()")

    def setconfig(self, *args: Any) -> None:
        """Not offered."""
        self._runtime.refuse("HC202", "sqlite3.Connection.setconfig()")

    def backup(self, target: Any, **options: Any) -> None:
        """Copy the database into another connection."""
        if not isinstance(target, CellConnection):
            raise TypeError("backup() argument 1 must be sqlite3.Connection")
        super().backup(target, **options)


def _borrow(real: Any, runtime: Runtime) -> None:
    """Adapters and converters for this guest alone, at first those that the library comes with."""
    tables = (real.adapters, real.converters)

    def put(state: list[dict[Any, Any]]) -> None:
        for table, entries in zip(tables, state, strict=True):
            table.clear()
            table.update(entries)

    fresh = [{key: made for key, made in table.items() if made.__module__ == "sqlite3.dbapi2"} for table in tables]
    runtime.loans.add("sqlite3", Loan(lambda: [dict(table) for table in tables], put), fresh)


def build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    if runtime.host.in_process:
        _borrow(real, runtime)
    space: dict[str, Any] = {"_runtime": runtime, "__module__": "sqlite3", "__qualname__": "Connection"}
    connection = type("Connection", (CellConnection,), space)

    def connect(database: Any, *args: Any, **options: Any) -> Any:
        return connection(database, *args, **options)

    return {"Connection": connection, "connect": connect}
