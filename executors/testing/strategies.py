"""Hypothesis strategies of values: every kind that travels unchanged, shared references and cycles; and of programs.

Needs hypothesis (``pip install 'hardcell[testing]'``); nothing else of this package imports it.
"""

from __future__ import annotations

import datetime
import fractions
import pathlib
import random
import struct
from typing import Any

from hypothesis import strategies as st

from .programs import grow

ZONES = st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata"])
FLOATS = st.one_of(
    st.floats(),
    st.binary(min_size=8, max_size=8).map(lambda data: struct.unpack("<d", data)[0]),
)
TEXT = st.text(st.characters(exclude_categories=()), max_size=8)


def _zoneinfo(key: str) -> datetime.tzinfo:
    import zoneinfo

    return zoneinfo.ZoneInfo(key)


OFFSETS = st.integers(-86_399, 86_399).map(lambda seconds: datetime.timezone(datetime.timedelta(seconds=seconds)))
TZINFO = st.one_of(st.none(), OFFSETS, ZONES.map(_zoneinfo))
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**400), 2**400),
    FLOATS,
    st.builds(complex, FLOATS, FLOATS),
    TEXT,
    st.binary(max_size=8),
    st.just(...),
    st.builds(range, st.integers(-9, 9), st.integers(-(2**90), 2**90), st.integers(1, 9)),
    st.dates(),
    st.builds(lambda t, fold: t.replace(fold=fold), st.times(timezones=st.none() | OFFSETS), st.integers(0, 1)),
    st.builds(lambda t, zone, fold: t.replace(tzinfo=zone, fold=fold), st.datetimes(), TZINFO, st.integers(0, 1)),
    st.timedeltas(),
    OFFSETS,
    st.decimals(allow_nan=False),
    st.builds(fractions.Fraction, st.integers(), st.integers(1, 2**70)),
    st.uuids(),
    st.sampled_from(["a/b", "/x", ".", "é/\ud800"]).map(pathlib.PurePosixPath),
    st.sampled_from(["c:/a", "b\\c"]).map(pathlib.PureWindowsPath),
)
KEYS: st.SearchStrategy[Any] = st.recursive(
    SCALARS.filter(lambda value: value == value and not isinstance(value, datetime.time | datetime.datetime)),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
    max_leaves=4,
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.lists(inner, max_size=5).map(tuple),
        st.dictionaries(TEXT, inner, max_size=4),
        st.dictionaries(KEYS, inner, max_size=4),
        st.sets(KEYS, max_size=4),
        st.frozensets(KEYS, max_size=4),
        st.builds(slice, inner, inner, inner),
        st.binary(max_size=6).map(bytearray),
    ),
    max_leaves=20,
)
PROGRAMS: st.SearchStrategy[str] = st.integers(0, 2**64 - 1).map(lambda seed: grow(random.Random(seed)))
"""Bodies of guest programs (see ``executors.testing.programs``); ``complete`` makes them whole."""


@st.composite
def shared(draw: st.DrawFn) -> list[Any]:
    """A list of containers that hold each other at random: shared references and cycles."""
    count = draw(st.integers(1, 6))
    boxes: list[Any] = [draw(st.sampled_from([list, dict]))() for _ in range(count)]
    for _ in range(draw(st.integers(0, 12))):
        box = draw(st.sampled_from(boxes))
        item: Any = draw(st.sampled_from(boxes))
        if draw(st.booleans()):
            item = (item, draw(st.sampled_from(boxes)))
        if type(box) is list:
            box.append(item)
        else:
            box[draw(st.sampled_from(["a", "b", 3]))] = item
    return boxes
