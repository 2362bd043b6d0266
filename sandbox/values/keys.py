"""Whether a set of keys is safe to hash: the guard against hash-collision and shared-tuple attacks.

Invariants: called before a dict or set is built; walks exact builtin types only; work is bounded by what is left
of ``Bounds.hash_work`` for the whole value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from .kinds import Bounds

_CHEAP = frozenset({str, bytes, int, float, bool, type(None)})
_COLLIDING_WEIGHT = 256
_WEIGHT = 4


class KeyFault(Exception):
    """Why these keys are refused."""


class KeyGuard:
    """The hash budget of one value."""

    __slots__ = ("_bounds", "_left", "_memo")

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._left = bounds.hash_work
        self._memo: dict[int, int] = {}

    def charge(self, keys: int) -> None:
        """Count keys that are hashed by the receiver only.

        Raises:
            KeyFault: the budget is used up.
        """
        self._left -= keys * _WEIGHT
        if self._left < 0:
            raise KeyFault("keys that cost too much to hash")

    def check(self, keys: Sequence[Any]) -> None:
        """Hash ``keys`` within the budget.

        Raises:
            KeyFault: too many keys share a hash, or hashing them costs too much.
            TypeError: a key cannot be hashed.
        """
        cheap = set(map(type, keys)) <= _CHEAP
        if cheap and len(keys) <= self._bounds.same_hash:
            return
        if not cheap:
            for key in keys:
                weight = self.weight(key)
                self._left -= weight
                if weight > self._bounds.key_weight or self._left < 0:
                    raise KeyFault("keys that cost too much to hash")
        hashes = list(map(hash, keys))
        if len(set(hashes)) == len(hashes):
            return
        shared = {value: count for value, count in Counter(hashes).items() if count > 1}
        if max(shared.values()) > self._bounds.same_hash:
            raise KeyFault(f"more than {self._bounds.same_hash} keys with one hash")
        for key, value in zip(keys, hashes, strict=True):
            if value in shared:
                weight = self.weight(key)
                self._left -= weight * shared[value]
                if weight > _COLLIDING_WEIGHT or self._left < 0:
                    raise KeyFault("large keys with one hash")

    def checked(self, keys: list[Any]) -> list[Any]:
        """The keys, once ``check`` has let them pass."""
        self.check(keys)
        return keys

    def weight(self, key: Any) -> int:
        """About how many leaves hashing or comparing ``key`` visits; shared parts count each time."""
        kind = type(key)
        if kind is int:
            return 1 + (int.bit_length(key) >> 6)
        if kind in _CHEAP:
            return 1
        if kind is not tuple and kind is not frozenset:
            return _WEIGHT
        known = self._memo.get(id(key))
        if known is None:
            most = self._bounds.key_weight + 1
            known = min(most, 1 + sum(map(self.weight, key)))
            self._memo[id(key)] = known
        return known
