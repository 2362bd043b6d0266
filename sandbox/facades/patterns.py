"""re with compiled patterns of the engine's own.

Invariants: the process' cache of patterns is neither read nor filled, since a pattern's ``groupindex`` can be changed
and a cache can be given keys that lie; patterns and flags are exact ``str``, ``bytes`` and ``int``; nothing is printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .runtime import Runtime
from .spec import Spec, because, words

_MOST = 512
_DEBUG = 128


class Patterns:
    """The functions of ``re`` for one engine."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self._made: dict[tuple[type, Any, int], Any] = {}

    def compile(self, pattern: Any, flags: Any = 0) -> Any:
        """A pattern object."""
        if isinstance(pattern, self._real.Pattern):
            if flags:
                raise ValueError("cannot process flags argument with a compiled pattern")
            return pattern
        if not isinstance(pattern, (str, bytes)):
            raise TypeError("first argument must be string or compiled pattern")
        text = str.__str__(pattern) if isinstance(pattern, str) else bytes(pattern)
        if not isinstance(flags, int):
            raise TypeError(f"flags must be an int, not {type(flags).__name__!r}")
        number = int.__pos__(flags) & ~_DEBUG
        key = (type(text), text, number)
        found = self._made.get(key)
        if found is None:
            if len(self._made) >= _MOST:
                self._made.clear()
            found = self._made[key] = self._real._compiler.compile(text, number)
        return found

    def purge(self) -> None:
        """Forget the patterns made so far."""
        self._made.clear()

    def match(self, pattern: Any, string: Any, flags: Any = 0) -> Any:
        """A match at the beginning."""
        return self.compile(pattern, flags).match(string)

    def fullmatch(self, pattern: Any, string: Any, flags: Any = 0) -> Any:
        """A match of all of the string."""
        return self.compile(pattern, flags).fullmatch(string)

    def search(self, pattern: Any, string: Any, flags: Any = 0) -> Any:
        """The first match."""
        return self.compile(pattern, flags).search(string)

    def sub(self, pattern: Any, repl: Any, string: Any, count: int = 0, flags: Any = 0) -> Any:
        """The string with matches replaced."""
        return self.compile(pattern, flags).sub(repl, string, count)

    def subn(self, pattern: Any, repl: Any, string: Any, count: int = 0, flags: Any = 0) -> Any:
        """The string with matches replaced, and how many were."""
        return self.compile(pattern, flags).subn(repl, string, count)

    def split(self, pattern: Any, string: Any, maxsplit: int = 0, flags: Any = 0) -> Any:
        """The pieces between matches."""
        return self.compile(pattern, flags).split(string, maxsplit)

    def findall(self, pattern: Any, string: Any, flags: Any = 0) -> Any:
        """All matches as strings or tuples."""
        return self.compile(pattern, flags).findall(string)

    def finditer(self, pattern: Any, string: Any, flags: Any = 0) -> Any:
        """All matches, one by one."""
        return self.compile(pattern, flags).finditer(string)


_FUNCTIONS = words("compile findall finditer fullmatch match purge search split sub subn")


def _build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    own = Patterns(real)
    return {name: getattr(own, name) for name in _FUNCTIONS}


SPECS = (
    Spec(
        name="re",
        names=words(
            """A ASCII DOTALL I IGNORECASE L LOCALE M MULTILINE Match NOFLAG Pattern PatternError RegexFlag S U
            UNICODE VERBOSE X error escape"""
        ),
        own=_FUNCTIONS,
        left_out=because(old="template T TEMPLATE", process="DEBUG"),
        build=_build,
    ),
)
