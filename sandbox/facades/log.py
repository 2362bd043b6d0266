"""logging: a tree of loggers of the engine's own, written to the guest's stderr.

Invariants: the process' root logger, handlers, level names and factories are neither read nor changed; a record
holds no traceback object; text in ``{`` style is formatted through the engine's gate.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from ..names import is_dunder
from .runtime import Runtime
from .spec import words


class LogState:
    """Level names and the last resort of one engine."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.names = {level: logging.getLevelName(level) for level in (0, 10, 20, 30, 40, 50)}
        self.numbers = {name: level for level, name in self.names.items()} | {"WARN": 30, "FATAL": 50}

    def level(self, level: Any) -> int:
        """A level's number."""
        if isinstance(level, int):
            return int(level)
        if type(level) is not str:
            raise TypeError(f"Level not an integer or a valid string: {level!r}")
        if level not in self.numbers:
            raise ValueError(f"Unknown level: {level!r}")
        return self.numbers[level]

    def add(self, level: int, name: str) -> None:
        """Name a level."""
        self.names[level] = name
        self.numbers[name] = level

    def get(self, level: Any) -> Any:
        """A level's name, or the number of a name."""
        if level in self.names:
            return self.names[level]
        return self.numbers.get(level, f"Level {level}")

    def error(self, error: object) -> tuple[Any, Any, None]:
        """``exc_info`` without a traceback object."""
        if isinstance(error, tuple):
            error = error[1] if len(error) > 1 else None
        elif not isinstance(error, BaseException):
            error = self.runtime.current_exception()
        return (type(error), error, None) if isinstance(error, BaseException) else (None, None, None)


class _BraceStyle(logging.StrFormatStyle):
    def __init__(self, runtime: Runtime, template: str, defaults: Mapping[str, object] | None) -> None:
        super().__init__(template)
        self._runtime = runtime
        self._extra = dict(defaults or {})

    def _format(self, record: logging.LogRecord) -> str:
        return self._runtime.format(self._fmt, (), {**self._extra, **record.__dict__})


class CellFormatter(logging.Formatter):
    """Base of an engine's ``logging.Formatter``."""

    _state: ClassVar[LogState]

    def __init__(
        self, fmt: str | None = None, datefmt: str | None = None, style: Any = "%", validate: bool = True, *,
        defaults: Mapping[str, object] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(fmt, datefmt, style, validate, defaults=defaults)
        if style == "{":
            self._style = _BraceStyle(self._state.runtime, self._style._fmt, defaults)

    def formatException(self, ei: Any) -> str:
        """Traceback text, guest lines only."""
        error = ei[1]
        if not isinstance(error, BaseException):
            return "NoneType: None"
        return "".join(self._state.runtime.format_exception(error, error.__traceback__)).rstrip("\n")


class CellHandler(logging.Handler):
    """Base of an engine's ``logging.Handler``."""

    _state: ClassVar[LogState]
    _formatter: ClassVar[type[logging.Formatter]]

    def __init__(self, level: Any = 0) -> None:
        logging.Handler.__init__(self)
        # The library keeps handlers in a list that it flushes at exit, outside any run.
        logging._removeHandlerRef(next(iter(logging._handlerList[-1:])))  # type: ignore[attr-defined]
        self.level = self._state.level(level)

    def set_name(self, name: Any) -> None:
        """Name the handler; the library's register of names is the process' own."""
        self._name = name

    name = property(logging.Handler.get_name, set_name)

    def setLevel(self, level: Any) -> None:
        """Set the least level that is handled."""
        self.level = self._state.level(level)

    def format(self, record: logging.LogRecord) -> str:
        """The text of a record."""
        return (self.formatter or self._formatter()).format(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Tell on the guest's stderr that a record could not be written."""
        error = self._state.runtime.current_exception()
        lines = self._state.runtime.format_exception(error, error.__traceback__) if error is not None else []
        stream: Any = self._state.runtime.streams.stderr
        stream.write("--- Logging error ---\n" + "".join(lines))


class CellStreamHandler(CellHandler):
    """Base of an engine's ``logging.StreamHandler``."""

    terminator = "\n"

    def __init__(self, stream: Any = None) -> None:
        CellHandler.__init__(self)
        self.stream = self._state.runtime.streams.stderr if stream is None else stream

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record."""
        try:
            self.stream.write(self.format(record) + self.terminator)
            self.flush()
        except RecursionError:
            raise
        except Exception:
            self.handleError(record)

    def flush(self) -> None:
        """Flush the stream."""
        if self.stream is not None and hasattr(self.stream, "flush"):
            self.stream.flush()

    def setStream(self, stream: Any) -> Any:
        """Use another stream; the former one, or None when it is the same."""
        if stream is self.stream:
            return None
        former, self.stream = self.stream, stream
        return former


class CellFileHandler(CellStreamHandler):
    """Base of an engine's ``logging.FileHandler``: a file in /cell."""

    def __init__(
        self,
        filename: Any,
        mode: str = "a",
        encoding: str | None = None,
        delay: bool = False,
        errors: str | None = None,
    ) -> None:
        files = self._state.runtime.files
        self.baseFilename = files.absolute(filename)
        self.mode = mode
        self.stream: Any
        super().__init__(files.open(self.baseFilename, mode, -1, encoding, errors))

    def close(self) -> None:
        """Close the file."""
        self.stream.close()
        super().close()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record unless the file is closed."""
        if not self.stream.closed:
            super().emit(record)


class CellLogger(logging.Logger):
    """Base of an engine's ``logging.Logger``."""

    _state: ClassVar[LogState]
    _last_resort: ClassVar[logging.Handler]

    def setLevel(self, level: Any) -> None:
        """Set the least level that is logged."""
        self.level = self._state.level(level)
        self.manager._clear_cache()  # type: ignore[attr-defined]

    def _log(
        self, level: int, msg: object, args: Any, exc_info: Any = None, extra: Any = None, stack_info: bool = False,
        stacklevel: int = 1,
    ) -> None:  # fmt: skip
        filename, line, function, _source = self._state.runtime.position(stacklevel)
        error = self._state.error(exc_info) if exc_info else None
        record = self.makeRecord(self.name, level, filename, line, msg, args, error, function, extra, None)
        record.levelname = self._state.get(level)
        self.handle(record)

    def makeRecord(
        self, name: Any, level: Any, fn: Any, lno: Any, msg: Any, args: Any, exc_info: Any, func: Any = None,
        extra: Any = None, sinfo: Any = None,
    ) -> logging.LogRecord:  # fmt: skip
        """A record; ``extra`` adds attributes, special names excepted."""
        given = None if extra is None else dict(extra)
        for key in given or ():
            if type(key) is not str or is_dunder(key):
                self._state.runtime.refuse("HC105", f"a record with the attribute {key!r}")
        if args and isinstance(msg, str):
            self._state.runtime.prices.pay_modulo(msg, args)
        return super().makeRecord(name, level, fn, lno, msg, args, exc_info, func, given, sinfo)

    def findCaller(self, stack_info: bool = False, stacklevel: int = 1) -> Any:
        """Where the guest is: file name, line, function, no stack."""
        return (*self._state.runtime.position(stacklevel)[:3], None)

    def callHandlers(self, record: logging.LogRecord) -> None:
        """Give the record to the handlers of this logger and those above it."""
        found = False
        logger: logging.Logger | None = self
        while logger is not None:
            for handler in logger.handlers:
                found = True
                if record.levelno >= handler.level:
                    handler.handle(record)
            logger = logger.parent if logger.propagate else None
        if not found and record.levelno >= self._last_resort.level:
            self._last_resort.handle(record)


def build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    state = LogState(runtime)
    space: dict[str, Any] = {"_state": state, "__module__": "logging"}
    formatter = type("Formatter", (CellFormatter,), space)
    space["_formatter"] = formatter
    handler = type("Handler", (CellHandler,), space)
    stream_handler = type("StreamHandler", (CellStreamHandler, handler), space)
    file_handler = type("FileHandler", (CellFileHandler, stream_handler), space)
    null_handler = type("NullHandler", (handler,), {**space, "handle": _nothing, "emit": _nothing})
    last = type("LastResort", (stream_handler,), {"stream": property(lambda _: runtime.streams.stderr, _nothing)})(None)
    last.level = logging.WARNING
    logger_class = type("Logger", (CellLogger,), {**space, "_last_resort": last})
    root: Any = type("RootLogger", (logger_class,), space)("root", logging.WARNING)
    manager: Any = logging.Manager(root)
    manager.loggerClass = logger_class
    logger_class.root = root  # type: ignore[attr-defined]
    logger_class.manager = manager  # type: ignore[attr-defined]

    def get_logger(name: Any = None) -> Any:
        return root if not name or name == "root" else manager.getLogger(name)

    def basic_config(
        *, filename: Any = None, filemode: str = "a", format: str | None = None, datefmt: str | None = None,
        style: str = "%", level: Any = None, stream: Any = None, handlers: Any = None, force: bool = False,
        encoding: str | None = None, errors: str | None = None,
    ) -> None:  # fmt: skip
        if force:
            for one in root.handlers[:]:
                root.removeHandler(one)
                one.close()
        if root.handlers:
            return
        if handlers is None:
            made: Any = (
                file_handler(filename, filemode, encoding, errors=errors) if filename else stream_handler(stream)
            )
            handlers = [made]
        default = {
            "%": logging.BASIC_FORMAT,
            "{": "{levelname}:{name}:{message}",
            "$": "${levelname}:${name}:${message}",
        }
        shape = formatter(format or default[style], datefmt, style)
        for one in handlers:
            if one.formatter is None:
                one.setFormatter(shape)
            root.addHandler(one)
        if level is not None:
            root.setLevel(level)

    def through_root(method: str) -> Callable[..., None]:
        def write(*args: Any, **kwargs: Any) -> None:
            if not root.handlers:
                basic_config()
            getattr(root, method)(*args, **kwargs)

        write.__name__ = write.__qualname__ = method
        return write

    def disable(level: Any = logging.CRITICAL) -> None:
        manager.disable = state.level(level)
        manager._clear_cache()

    methods = words("critical debug error exception info log warning")
    return {
        **{method: through_root(method) for method in methods},
        "fatal": through_root("critical"),
        "warn": through_root("warning"),
        "Formatter": formatter,
        "Handler": handler,
        "StreamHandler": stream_handler,
        "FileHandler": file_handler,
        "NullHandler": null_handler,
        "Logger": logger_class,
        "addLevelName": state.add,
        "basicConfig": basic_config,
        "disable": disable,
        "getLevelName": state.get,
        "getLevelNamesMapping": lambda: dict(state.numbers),
        "getLogger": get_logger,
        "root": root,
        "shutdown": lambda: None,
    }


def _nothing(*_: object) -> None:
    return None
