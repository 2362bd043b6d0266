"""os.environ: variables of the guest's own, none at first.

Invariants: nothing of the process' environment is in it, and nothing of it reaches the process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping

from .runtime import Runtime

_VARIABLE = re.compile(r"\$(\w+|\{[^}]*\})", re.ASCII)


class Environment(MutableMapping[str, str]):
    """As ``os.environ`` takes and shows them: plain text only."""

    def __init__(self) -> None:
        self._variables: dict[str, str] = {}

    def __getitem__(self, key: str) -> str:
        return self._variables[_plain(key)]

    def __setitem__(self, key: str, value: str) -> None:
        self._variables[_plain(key)] = _plain(value)

    def __delitem__(self, key: str) -> None:
        del self._variables[_plain(key)]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._variables))

    def __len__(self) -> int:
        return len(self._variables)

    def __repr__(self) -> str:
        return f"environ({self._variables!r})"

    def copy(self) -> dict[str, str]:
        """A dictionary of all."""
        return dict(self._variables)

    def __or__(self, other: object) -> dict[str, str]:
        return self.copy() | dict(other) if isinstance(other, MutableMapping | dict) else NotImplemented

    def expand(self, text: str) -> str:
        """``$name`` and ``${name}`` replaced where there is such a variable."""
        return _VARIABLE.sub(lambda found: self._variables.get(found[1].strip("{}"), found[0]), text)


def _plain(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError(f"str expected, not {type(text).__name__}")
    return str.__str__(text)


def environment(runtime: Runtime) -> Environment:
    """The one of this engine."""
    made = runtime.kept.setdefault("environment", Environment())
    assert isinstance(made, Environment)
    return made
