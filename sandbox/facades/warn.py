"""warnings: the guest's own filters, shown on the guest's stderr.

Invariants: the process' filters are as before after each run; nothing leads to the real module.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .runtime import Runtime
from .spec import Spec, because, words

FILENAME = "<hardcell shape>"
"""Where library code sees the guest's code that calls it."""
ACTIONS = frozenset({"default", "always", "ignore", "module", "once", "error"})


@dataclasses.dataclass(frozen=True)
class Rule:
    """One filter: the first that matches decides."""

    action: str
    category: type[Warning]
    message: re.Pattern[str] | None = None
    module: re.Pattern[str] | None = None
    lineno: int = 0


DEFAULT_RULES = (
    Rule("default", DeprecationWarning, module=re.compile("__main__")),
    Rule("ignore", DeprecationWarning),
    Rule("ignore", PendingDeprecationWarning),
    Rule("ignore", ImportWarning),
    Rule("ignore", ResourceWarning),
)


class WarningMessage:
    """One warning that was shown or recorded."""

    line = None
    file = None
    source = None

    def __init__(self, message: Warning, category: type[Warning], filename: str, lineno: int) -> None:
        self.message, self.category, self.filename, self.lineno = message, category, filename, lineno

    def __str__(self) -> str:
        return (
            f"{{message : {self.message!r}, category : {self.category.__name__!r}, "
            f"filename : {self.filename!r}, lineno : {self.lineno}, line : None}}"
        )


class Warnings:
    """The state behind one engine's ``warnings``."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.rules: list[Rule] = list(DEFAULT_RULES)
        self.seen: set[tuple[object, ...]] = set()
        self.log: list[WarningMessage] | None = None
        self.show: Callable[..., object] | None = None

    def add(self, rule: Rule, append: bool) -> None:
        """Put a filter first or last."""
        if rule.action not in ACTIONS:
            raise ValueError(f"invalid action: {rule.action!r}")
        self.rules = [*self.rules, rule] if append else [rule, *(other for other in self.rules if other != rule)]
        self.seen = set()

    def warn(self, message: Any, category: Any = None, stacklevel: int = 1, source: object = None, **_: object) -> None:
        """Issue a warning."""
        if isinstance(message, Warning):
            category = type(message)
        category = UserWarning if category is None else category
        if not (isinstance(category, type) and issubclass(category, Warning)):
            raise TypeError(f"category must be a Warning subclass, not '{type(category).__name__}'")
        self._issue(message if isinstance(message, Warning) else category(message), category, stacklevel, "__main__")

    def hear(self, message: Any, category: Any, filename: str, *_: object) -> None:
        """Take a warning that library code issued; one about a line of its own is not about the guest's module."""
        self._issue(message, category, 1, "__main__" if filename == FILENAME else filename)

    def _issue(self, instance: Warning, category: type[Warning], stacklevel: int, module: str) -> None:
        text = str(instance)
        filename, line, _function, source_line = self._runtime.position(stacklevel)
        action = self._action(text, category, line, module)
        if action == "ignore":
            return
        if action == "error":
            raise instance
        key = {"once": (text, category), "module": (text, category, filename)}.get(action, (text, category, line))
        if action != "always":
            if key in self.seen:
                return
            self.seen.add(key)
        self._tell(WarningMessage(instance, category, filename, line), source_line)

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
        elif self.show is not None:
            self.show(message.message, message.category, message.filename, message.lineno, None, None)
        else:
            stream: Any = self._runtime.streams.stderr
            shown = format_warning(message.message, message.category, message.filename, message.lineno, source_line)
            stream.write(shown)


@contextlib.contextmanager
def heard(runtime: Runtime) -> Iterator[None]:
    """For the time of a run: what library code warns of goes by the guest's filters to the guest's stderr."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = _state_of(runtime).hear  # type: ignore[assignment]
        yield


_KEPT = "warnings"


def _state_of(runtime: Runtime) -> Warnings:
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
        self, *, record: bool = False, module: None = None, action: str | None = None,
        category: type[Warning] = Warning, lineno: int = 0, append: bool = False,
    ) -> None:  # fmt: skip
        self._record = record
        self._rule = None if action is None else Rule(action, category, lineno=lineno)
        self._append = append
        self._saved: tuple[Any, ...] | None = None

    def __enter__(self) -> list[WarningMessage] | None:
        state = self._state
        if self._saved is not None:
            raise RuntimeError("Cannot enter catch_warnings twice")
        self._saved = (state.rules, state.seen, state.log, state.show)
        state.seen = set()
        if self._rule is not None:
            state.add(self._rule, self._append)
        if self._record:
            state.log, state.show = [], None
        return state.log if self._record else None

    def __exit__(self, *exc: object) -> None:
        if self._saved is None:
            raise RuntimeError("Cannot exit catch_warnings without entering first")
        state = self._state
        state.rules, state.seen, state.log, state.show = self._saved


def _build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    state = _state_of(runtime)

    def simplefilter(action: str, category: type[Warning] = Warning, lineno: int = 0, append: bool = False) -> None:
        state.add(Rule(action, category, lineno=lineno), append)

    def filterwarnings(
        action: str, message: str = "", category: type[Warning] = Warning, module: str = "", lineno: int = 0,
        append: bool = False,
    ) -> None:  # fmt: skip
        text = re.compile(message, re.IGNORECASE) if message else None
        where = re.compile(module) if module else None
        state.add(Rule(action, category, text, where, lineno), append)

    def resetwarnings() -> None:
        state.rules, state.seen = [], set()

    catch = type("catch_warnings", (CatchWarnings,), {"_state": state, "__module__": "warnings"})
    return {
        "catch_warnings": catch,
        "filterwarnings": filterwarnings,
        "formatwarning": format_warning,
        "resetwarnings": resetwarnings,
        "simplefilter": simplefilter,
        "warn": state.warn,
        "WarningMessage": WarningMessage,
    }


SPECS = (
    Spec(
        name="warnings",
        own=words("""WarningMessage catch_warnings filterwarnings formatwarning resetwarnings simplefilter warn"""),
        left_out=because(process="showwarning warn_explicit", unreviewed="deprecated"),
        build=_build,
    ),
)
