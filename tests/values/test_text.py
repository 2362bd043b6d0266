"""Reprs: equal to Python's own where they fit, bounded everywhere, safe against what a guest's class does."""

from __future__ import annotations

import sys
from collections import Counter, deque
from typing import Any

import pytest
from hypothesis import given

from executors.testing.strategies import VALUES, shared
from sandbox.values import EnumValue, Opaque, Record, guest_repr, safe_repr, short_repr


@given(VALUES)
def test_repr_is_python_s_own(value: Any) -> None:
    assert safe_repr(value, 1 << 20) == repr(value)
    assert guest_repr(value, 1 << 20) == repr(value)


@given(shared())
def test_repr_of_cycles_is_python_s_own(value: Any) -> None:
    text = safe_repr(value, 2000)
    assert len(text) <= 2000
    if not text.endswith("…"):
        assert text == repr(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a" * 50, "'" + "a" * 18 + "…"),
        (list(range(50)), "[0, 1, 2, 3, 4, 5, …"),
        (object(), "<object object>"),
        ([10**5000], "[<int of 16610 bits…"),
        (Record("Point", {"x": 1}), "Point(x=1)"),
        (Record("Pair", {"a": 1}, (1,)), "Pair(a=1)"),
        (Record("Rows", {}, [1]), "Rows([1])"),
        (Record("Rows", {"s": 2}, [1]), "Rows([1], s=2)"),
        (EnumValue("Colour", "RED", 1), "<Colour.RED: 1>"),
        (Opaque("T", "<T at 1>"), "<T at 1>"),
        ((1,), "(1,)"),
        (Counter("aa"), "Counter({'a': 2})"),
        (deque([1]), "deque([1])"),
        (range(1, 9, 2), "range(1, 9, 2)"),
        (set(), "set()"),
        (frozenset(), "frozenset()"),
        (frozenset({1}), "frozenset({1})"),
    ],
)
def test_short_repr(value: Any, text: str) -> None:
    assert short_repr(value, 20) == text


def test_shared_parts_cost_no_more_than_the_limit() -> None:
    value: Any = []
    for _ in range(60):
        value = [value, value]
    assert len(safe_repr(value, 500)) == 500


def test_safe_repr_runs_no_guest_code() -> None:
    class Loud:
        def __repr__(self) -> str:
            raise AssertionError("ran")

    assert safe_repr([Loud()]) == "[<Loud object>]"


class _Lies(str):
    def __str__(self) -> str:
        raise AssertionError("ran")

    __len__ = __iter__ = __getitem__ = __str__  # type: ignore[assignment]


def _raise(error: BaseException) -> Any:
    raise error


@pytest.mark.parametrize(
    ("behave", "text"),
    [
        (lambda self: "fine", "fine"),
        (lambda self: _Lies("lies"), "lies"),
        (lambda self: 3, "<Odd object whose repr raised TypeError>"),
        (lambda self: _raise(ValueError("x")), "<Odd object whose repr raised ValueError>"),
        (lambda self: _raise(SystemExit(3)), "<Odd object whose repr raised SystemExit>"),
        (lambda self: _raise(KeyboardInterrupt()), "<Odd object whose repr raised KeyboardInterrupt>"),
        (lambda self: repr(self), "<Odd object whose repr raised RecursionError>"),
        (lambda self: "x" * 10_000, "x" * 99 + "…"),
    ],
)
def test_guest_repr_survives(behave: Any, text: str) -> None:
    odd = type("Odd", (), {"__repr__": behave})()
    limit = sys.getrecursionlimit()
    assert guest_repr(odd, 100) == text
    assert sys.getrecursionlimit() == limit
