"""warnings: the guest's own filters, shown on the guest's stderr.

What the library and the compiler warn of while guest code runs goes by the same filters. A warning about a line of
the library's own is told with the guest's line that led there, since the files of the library are the host's.

Invariants: the process' filters are as before after each run; nothing leads to the real module.
"""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from ..hearers import Hear
from .runtime import Runtime
from .spec import Spec, because, words

ACTIONS = frozenset({"default", "always", "ignore", "module", "once", "error"})
_ENGINE = __name__.partition(".")[0]
_BEYOND = ("<sys>", 0) if sys.version_info >= (3, 13) else ("sys", 1)
"""File and line of a warning about a caller that the outermost one does not have."""
_ASSERTS = sys.version_info < (3, 13)
"""Whether ``warnings`` asserts what it is given."""


@dataclasses.dataclass(frozen=True)
class Rule:
    """One filter: the first that matches decides."""

    action: str
    category: type[Warning]
    message: re.Pattern[str] | None = None
    module: re.Pattern[str] | None = None
    lineno: int = 0


DEFAULT_RULES = (
    Rule("default", DeprecationWarning, module=re.compile("__main__$")),
    Rule("ignore", DeprecationWarning),
    Rule("ignore", PendingDeprecationWarning),
    Rule("ignore", ImportWarning),
    Rule("ignore", ResourceWarning),
)


class WarningMessage:
    """One warning that was shown or recorded."""

    def __init__(
        self, message: Warning | str, category: type[Warning], filename: str, lineno: int, file: object = None,
        line: str | None = None, source: object = None,
    ) -> None:  # fmt: skip
        self.message, self.category, self.filename, self.lineno = message, category, filename, lineno
        self.file, self.line, self.source = file, line, source

    def __str__(self) -> str:
        name = self.category.__name__ if self.category else None
        return (
            f"{{message : {self.message!r}, category : {name!r}, "
            f"filename : {self.filename!r}, lineno : {self.lineno}, line : {self.line!r}}}"
        )


@dataclasses.dataclass(frozen=True)
class Place:
    """What a warning is about. ``module`` None: text that is being compiled, for which no module keeps a registry."""

    filename: str
    lineno: int
    module: str | None
    source_line: str


class Warnings:
    """The state behind one engine's ``warnings``."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.rules: list[Rule] = list(DEFAULT_RULES)
        self.log: list[WarningMessage] | None = None
        self._seen: set[tuple[object, ...]] = set()
        self._seen_once: set[tuple[object, ...]] = set()

    def add(self, rule: Rule, append: bool) -> None:
        """Put a filter first, or last unless it is there already."""
        if not append:
            self.rules = [rule, *(other for other in self.rules if other != rule)]
        elif rule not in self.rules:
            self.rules = [*self.rules, rule]
        self.forget()

    def forget(self) -> None:
        """The filters have changed: what was warned of before may be warned of again."""
        self._seen = set()

    def warn(
        self, message: Any, category: Any = None, stacklevel: int = 1, source: object = None,
        *, skip_file_prefixes: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """Issue a warning."""
        if isinstance(message, Warning):
            category = type(message)
        category = UserWarning if category is None else category
        if not (isinstance(category, type) and issubclass(category, Warning)):
            raise TypeError(f"category must be a Warning subclass, not '{type(category).__name__}'")
        if skip_file_prefixes:
            stacklevel = self._outside(skip_file_prefixes, max(stacklevel, 2))
        instance = message if isinstance(message, Warning) else category(message)
        text = str(instance) if instance is message or not isinstance(message, str) else message
        self._issue(instance, text, category, lambda: self._caller(stacklevel), "__main__", source)

    def _outside(self, prefixes: object, stacklevel: int) -> int:
        if type(prefixes) is not tuple:
            name = type(prefixes).__name__
            raise TypeError(f"warn() argument 'skip_file_prefixes' must be tuple, not {name}")
        for level, frame in enumerate(reversed(self._runtime.extract_stack()), 1):
            stacklevel -= level > 1 and not frame.filename.startswith(prefixes)
            if stacklevel <= 1:
                return level
        return sys.maxsize

    def _caller(self, stacklevel: int) -> Place:
        if stacklevel > 1 and stacklevel > self._runtime.depth():
            return Place(*_BEYOND, "sys", "")
        filename, line, _function, source_line = self._runtime.position(max(stacklevel, 1))
        return Place(filename, line, "__main__", source_line)

    def hear(self, message: Warning, category: type[Warning], filename: str, lineno: int) -> None:
        """Take a warning that library code issued while guest code ran.

        Not those of unclosed files: they come when an object is freed, are ignored unless somebody asks for them, and
        may be about the host's.
        """
        if not issubclass(category, ResourceWarning):
            module = _module_of(filename, lineno)
            self._issue(message, str(message), category, lambda: self._caller(1), module)

    def hear_compiler(self, filename: str, shown: str) -> Hear:
        """What takes the warnings of the compiler about text; ``shown`` is the file name that guests see."""

        def hear(message: Warning, category: type[Warning], named: str, lineno: int) -> None:
            if named != filename:
                self.hear(message, category, named, lineno)
                return
            lines = self._runtime.source(filename)
            line = lines[lineno - 1].strip() if 0 < lineno <= len(lines) else ""
            self._issue(message, str(message), category, lambda: Place(shown, lineno, None, line), shown)

        return hear

    def _issue(
        self, instance: Warning, text: str, category: type[Warning], find: Callable[[], Place], module: str,
        source: object = None,
    ) -> None:  # fmt: skip
        if self._ignored(text, category, module):
            return  # without looking for the place, which takes its time
        place = find()
        module = place.module if module == "__main__" and place.module is not None else module
        key = (module, text, category, place.lineno)
        if place.module is not None and key in self._seen:
            return
        action = self._action(text, category, place.lineno, module)
        if action == "ignore":
            return
        if action == "error":
            raise instance
        if action != "always" and self._was_told(action, key, place.module is not None):
            return
        told = WarningMessage(instance, category, place.filename, place.lineno, source=source)
        self._tell(told, place.source_line)

    def _was_told(self, action: str, key: tuple[object, ...], kept: bool) -> bool:
        """Whether this action says a warning once for more than its line, and has; ``kept``: a module remembers."""
        seen = self._seen
        if kept:
            seen.add(key)
        if action == "once":
            seen = seen if kept else self._seen_once
        elif action != "module" or not kept:
            return False
        wider = (*key[:3], action)
        told = wider in seen
        seen.add(wider)
        return told

    def _ignored(self, text: str, category: type[Warning], module: str) -> bool:
        """Whether a warning is ignored wherever it is about."""
        return all(rule.lineno == 0 for rule in self.rules) and self._action(text, category, 0, module) == "ignore"

    def _action(self, text: str, category: type[Warning], line: int, module: str) -> str:
        for rule in self.rules:
            if (
                (rule.message is None or rule.message.match(text))
                and issubclass(category, rule.category)
                and (rule.module is None or rule.module.match(module))
                and rule.lineno in (0, line)
            ):
                return rule.action
        return "default"

    def _tell(self, message: WarningMessage, source_line: str) -> None:
        if self.log is not None:
            self.log.append(message)
            return
        stream: Any = self._runtime.streams.stderr
        shown = format_warning(message.message, message.category, message.filename, message.lineno, source_line)
        try:
            stream.write(shown)
        except OSError:
            pass  # as CPython has it, a warning that cannot be written is lost


def _module_of(filename: str, lineno: int) -> str:
    """The module that a line on the stack is of; ``__main__`` for guest code and the engine below it."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_lineno == lineno and frame.f_code.co_filename == filename:
            name = frame.f_globals.get("__name__")
            return name if type(name) is str and name.partition(".")[0] != _ENGINE else "__main__"
        frame = frame.f_back  # type: ignore[assignment]
    return "__main__"


_KEPT = "warnings"


def state_of(runtime: Runtime) -> Warnings:
    """The state of this engine's ``warnings``."""
    found = runtime.kept.get(_KEPT)
    if not isinstance(found, Warnings):
        found = runtime.kept[_KEPT] = Warnings(runtime)
    return found


def format_warning(message: object, category: type, filename: str, lineno: int, line: str | None = None) -> str:
    """The text of a warning, as ``warnings.formatwarning`` words it."""
    text = f"{filename}:{lineno}: {category.__name__}: {message}\n"
    return f"{text}  {line.strip()}\n" if line and line.strip() else text


class CatchWarnings:
    """``warnings.catch_warnings``: restores filters at the end; with ``record=True`` gives a list."""

    _state: Warnings

    def __init__(
        self, *, record: bool = False, module: object = None, action: str | None = None,
        category: type[Warning] = Warning, lineno: int = 0, append: bool = False,
    ) -> None:  # fmt: skip
        self._record = record
        self._filter = None if action is None else (action, category, lineno, append)
        self._saved: tuple[Any, ...] | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'record=True' if self._record else ''})"

    def __enter__(self) -> list[WarningMessage] | None:
        state = self._state
        if self._saved is not None:
            raise RuntimeError(f"Cannot enter {self!r} twice")
        self._saved = (state.rules, state.log)
        state.forget()
        if self._filter is not None:
            _simple_filter(state, *self._filter)
        if self._record:
            state.log = []
        return state.log if self._record else None

    def __exit__(self, *exc: object) -> None:
        if self._saved is None:
            raise RuntimeError(f"Cannot exit {self!r} without entering first")
        state = self._state
        state.rules, state.log = self._saved
        state.forget()


def _wrong(kind: type[Exception], text: str) -> NoReturn:
    raise (AssertionError if _ASSERTS else kind)(text)


def _check_action(action: object) -> None:
    if action not in ACTIONS:
        _wrong(ValueError, f"invalid action: {action!r}")


def _check_line(lineno: object) -> None:
    if not isinstance(lineno, int):
        _wrong(TypeError, "lineno must be an int >= 0" if _ASSERTS else "lineno must be an int")
    if lineno < 0:
        _wrong(ValueError, "lineno must be an int >= 0")


def _simple_filter(state: Warnings, action: Any, category: Any, lineno: int, append: Any) -> None:
    _check_action(action)
    _check_line(lineno)
    state.add(Rule(action, category, lineno=lineno), append)


def _build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    state = state_of(runtime)

    def simplefilter(action: Any, category: Any = Warning, lineno: int = 0, append: bool = False) -> None:
        _simple_filter(state, action, category, lineno, append)

    def filterwarnings(
        action: str, message: str = "", category: Any = Warning, module: str = "", lineno: int = 0,
        append: bool = False,
    ) -> None:  # fmt: skip
        _check_action(action)
        if not isinstance(message, str):
            _wrong(TypeError, "message must be a string")
        if not isinstance(category, type) and _ASSERTS:
            _wrong(TypeError, "category must be a class")
        if not isinstance(category, type) or not issubclass(category, Warning):
            _wrong(TypeError, "category must be a Warning subclass")
        if not isinstance(module, str):
            _wrong(TypeError, "module must be a string")
        _check_line(lineno)
        text = re.compile(message, re.IGNORECASE) if message else None
        where = re.compile(module) if module else None
        state.add(Rule(action, category, text, where, lineno), append)

    def resetwarnings() -> None:
        state.rules = []
        state.forget()

    catch = type("catch_warnings", (CatchWarnings,), {"_state": state, "__module__": "warnings"})
    return {
        "catch_warnings": catch,
        "filterwarnings": filterwarnings,
        "formatwarning": format_warning,
        "resetwarnings": resetwarnings,
        "simplefilter": simplefilter,
        "warn": state.warn if sys.version_info >= (3, 12) else _without_prefixes(state),
        "WarningMessage": WarningMessage,
    }


def _without_prefixes(state: Warnings) -> Callable[..., None]:
    """``warnings.warn`` as it was before 3.12."""

    def warn(message: Any, category: Any = None, stacklevel: int = 1, source: object = None) -> None:
        state.warn(message, category, stacklevel, source)

    return warn


SPECS = (
    Spec(
        name="warnings",
        own=words("""WarningMessage catch_warnings filterwarnings formatwarning resetwarnings simplefilter warn"""),
        left_out=because(process="showwarning warn_explicit", warnings="deprecated"),
        build=_build,
    ),
)
