"""Events: the host's own, and a worker's claims."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.events import EVENT_TYPES, MAX_FIELD, MAX_FIELDS, Event, host_event, worker_event


def test_host_event() -> None:
    event = host_event("limit", limit="wall_s", allowed=1.0)
    assert (event.type, event.origin, dict(event.data)) == ("limit", "host", {"limit": "wall_s", "allowed": 1.0})
    assert event.time > 0


def test_unknown_type_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown event type 'party'"):
        host_event("party")


def test_json_line_is_stable_ascii() -> None:
    event = Event("display", "worker", 1.23456789, {"b": "é\n\x1b", "a": None})
    assert event.to_json() == (
        '{"data":{"a":null,"b":"\\u00e9\\n\\u001b"},"origin":"worker","time":1.234568,"type":"display"}'
    )


def test_a_worker_s_claim_keeps_its_origin() -> None:
    event = worker_event({"type": "limit", "data": {"limit": "ops"}, "origin": "host", "time": 0})
    assert (event.origin, dict(event.data)) == ("worker", {"limit": "ops"})
    assert event.time > 0


@pytest.mark.parametrize(
    "frame",
    [
        {},
        {"type": "party"},
        {"type": ["limit"]},
        {"type": None},
        {"type": "limit", "data": []},
        {"type": "limit", "data": {"a": []}},
        {"type": "limit", "data": {"a": {"b": 1}}},
        {"type": "limit", "data": {"a": float("nan")}},
        {"type": "limit", "data": {"a": float("inf")}},
        {"type": "limit", "data": {"a" * 65: 1}},
        {"type": "limit", "data": {str(n): n for n in range(MAX_FIELDS + 1)}},
    ],
)
def test_malformed_claim(frame: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="^malformed event"):
        worker_event(frame)


def test_long_text_of_a_claim_is_cut() -> None:
    event = worker_event({"type": "refused", "data": {"what": "x" * (MAX_FIELD + 1)}})
    assert event.data["what"] == "x" * MAX_FIELD


@given(
    st.dictionaries(
        st.sampled_from(["type", "data", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(sorted(EVENT_TYPES)),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        ),
    )
)
def test_any_claim_is_an_event_of_json_or_refused(frame: dict[str, Any]) -> None:
    try:
        event = worker_event(frame)
    except ValueError:
        return
    assert json.loads(event.to_json())["type"] in EVENT_TYPES
