"""numpy arrays and scalars, and what a receiver without numpy sees."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from sandbox.errors import DecodeError, EncodeError
from sandbox.values import Record, decode, encode
from tests.values.same import travelled, wire

numpy = pytest.importorskip("numpy", reason="numpy is not installed")

ARRAYS = [
    "numpy.arange(6, dtype='i4').reshape(2, 3)",
    "numpy.array([[1.5, numpy.nan]])",
    "numpy.array(3 + 4j)",
    "numpy.array([True, False])",
    "numpy.array(['a', 'é'])",
    "numpy.array([b'ab', b'c'])",
    "numpy.array(['2024-01-01', 'NaT'], dtype='M8[D]')",
    "numpy.array([1, 2], dtype='m8[ns]')",
    "numpy.arange(4, dtype='>u2')",
    "numpy.arange(6).reshape(2, 3).T",
    "numpy.zeros((0, 3), dtype='f2')",
]


@pytest.mark.parametrize("source", ARRAYS)
def test_array_round_trip(source: str) -> None:
    value = eval(source, {"numpy": numpy})
    arrived = travelled(value)
    assert type(arrived) is numpy.ndarray and arrived.shape == value.shape
    assert arrived.dtype == value.dtype.newbyteorder("<")
    assert arrived.tobytes() == value.astype(arrived.dtype).tobytes()
    assert arrived.flags.writeable


@pytest.mark.parametrize("name", ["float32", "int64", "uint8", "bool_", "complex128"])
def test_scalar_round_trip(name: str) -> None:
    value = getattr(numpy, name)(1)
    arrived = travelled([value])[0]
    assert type(arrived) is type(value) and arrived == value


def test_shared_array_stays_shared() -> None:
    value = numpy.zeros(2)
    first, second = travelled([value, value])
    assert first is second


@pytest.mark.parametrize(
    "value",
    [
        numpy.array([object()]),
        numpy.zeros(1, dtype=[("a", "i4")]),
        numpy.zeros(1, dtype=numpy.longdouble),
        numpy.ma.array([1, 2], mask=[0, 1]),
        numpy.void(b"ab"),
    ],
)
def test_other_arrays_are_refused(value: Any) -> None:
    with pytest.raises(EncodeError, match=r"rows\[0\]"):
        encode([value], strict=True, name="rows")


def test_receiver_without_numpy_sees_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    doc = wire(numpy.array([[1, 2]], dtype="u1"))
    monkeypatch.delitem(sys.modules, "numpy")
    arrived = decode(doc)
    assert type(arrived) is Record and arrived.type == "numpy.ndarray"
    assert arrived.fields == {"dtype": "|u1", "shape": (1, 2), "data": b"\x01\x02"}


def test_characters_beyond_unicode_are_refused() -> None:
    with pytest.raises(DecodeError):
        decode({"$": "ndarray", "d": "<U1", "s": [1], "v": "////fw=="})
