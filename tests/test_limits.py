"""Limits: validated at construction, plain data in and out."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.limits import Limits
from sandbox.refusals import LIMIT_CODES, TABLE

SECONDS = ["wall_s", "cpu_s", "tool_wall_s", "total_wall_s"]
INTEGERS = sorted({field.name for field in dataclasses.fields(Limits)} - set(SECONDS))


@pytest.mark.parametrize("name", SECONDS)
@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, -math.inf, 1e9])
def test_impossible_seconds(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"^limits\.{name} must be more than 0 and at most "):
        Limits(**{name: value})


@pytest.mark.parametrize("name", INTEGERS)
@pytest.mark.parametrize("value", [-1, 1 << 63])
def test_impossible_integers(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=rf"^limits\.{name} must be between "):
        Limits(**{name: value})


@pytest.mark.parametrize("name", SECONDS + INTEGERS)
@pytest.mark.parametrize("value", [True, "5", None, [5]])
def test_other_types(name: str, value: Any) -> None:
    with pytest.raises(TypeError, match=rf"^limits\.{name} must be "):
        Limits(**{name: value})


@pytest.mark.parametrize("name", INTEGERS)
def test_fractions_of_integers(name: str) -> None:
    with pytest.raises(TypeError, match=rf"^limits\.{name} must be an integer, not float"):
        Limits(**{name: 64.0})


def test_zero_means_none_where_it_can() -> None:
    limits = Limits(processes=0, tool_calls=0, output_bytes=0, disk_mb=0)
    assert (limits.processes, limits.tool_calls, limits.output_bytes, limits.disk_mb) == (0, 0, 0, 0)


def test_unknown_field_lists_those_that_exist() -> None:
    with pytest.raises(ValueError, match="^unknown limit 'speed'; the limits are cpu_s, disk_mb, "):
        Limits.from_dict({"speed": 1})


def test_absent_fields_keep_their_defaults() -> None:
    assert Limits.from_dict({"wall_s": 1.5}) == Limits(wall_s=1.5)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "wall_s": st.floats(0.001, 86_400),
            "cpu_s": st.integers(1, 86_400),
            "memory_mb": st.integers(1, 1 << 20),
            "ops": st.integers(1, 1 << 62),
        },
    )
)
def test_round_trip(fields: dict[str, Any]) -> None:
    assert Limits.from_dict(Limits(**fields).to_dict()) == Limits(**fields)


def test_every_code_of_a_limit_is_in_the_table() -> None:
    assert set(LIMIT_CODES.values()) <= set(TABLE)
    assert set(LIMIT_CODES) <= {field.name for field in dataclasses.fields(Limits)}
