"""Tapes, fixed sources and addresses, without a worker."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.tape import EPOCH_S, Addresses, Fixed, Tape, is_tape
from sandbox.tape.sources import Clock
from sandbox.tape.tape import MAX_RANDOM, MAX_READINGS

READ: dict[str, Callable[[Any], object]] = {
    "t": lambda sources: sources.clock_ns("t"),
    "m": lambda sources: sources.clock_ns("m"),
    "c": lambda sources: sources.clock_ns("c"),
    "4": lambda sources: sources.random_bytes(4),
    "0": lambda sources: sources.random_bytes(0),
}
READS = st.lists(st.sampled_from(sorted(READ)), max_size=30)


def made(reads: list[str]) -> tuple[list[object], dict[str, Any]]:
    """What these reads gave, and the tape of them, as it comes over the wire."""
    tape = Tape()
    tape.begin(None)
    gave = [READ[read](tape) for read in reads]
    return gave, json.loads(json.dumps(tape.end()))


def played(tape: dict[str, Any], reads: list[str]) -> tuple[list[object], str]:
    """What these reads give with the tape, and the problem that was told."""
    player = Tape()
    player.begin(tape)
    gave = [READ[read](player) for read in reads]
    return gave, player.end()["problem"]


@given(READS)
def test_what_was_noted_is_given_again(reads: list[str]) -> None:
    gave, tape = made(reads)
    assert is_tape(tape)
    assert played(tape, reads) == (gave, "")


@given(READS, READS)
def test_another_course_is_told(reads: list[str], others: list[str]) -> None:
    _, tape = made(reads)
    assert (played(tape, others)[1] == "") is (reads == others)


@pytest.mark.parametrize(
    ("reads", "others", "problem"),
    [
        ("tm", "tt", "reading 2 was of the time of day; the recording has the monotonic clock"),
        ("t4", "tc", "reading 2 was of the processor clock; the recording has 4 random bytes"),
        ("4", "0", "reading 1 was of 0 random bytes; the recording has 4 random bytes"),
        ("t", "tt", "the run asked for the time of day, which is one reading more than recorded"),
        ("", "4", "the run asked for 4 random bytes, which is one reading more than recorded"),
        ("ttt", "t", "the run made 1 readings of clock and random source, 2 less than recorded"),
    ],
)
def test_problems_are_told(reads: str, others: str, problem: str) -> None:
    assert played(made(list(reads))[1], list(others))[1] == problem


@pytest.mark.parametrize(
    ("reads", "others", "same"),
    [("tm", "mt", "10"), ("ttm4", "tm", "02"), ("t4t", "tt4", "021"), ("4m4", "m44", "102")],
)
def test_another_course_gets_the_nearest_readings(reads: str, others: str, same: str) -> None:
    gave, tape = made(list(reads))
    assert played(tape, list(others))[0] == [gave[int(place)] for place in same]


def test_a_clock_that_has_no_reading_left_goes_on() -> None:
    gave, tape = made(["m"])
    again = played(tape, ["m", "m", "m"])[0]
    assert [again[1] - gave[0], again[2] - gave[0]] == [1_000_000, 2_000_000]  # type: ignore[operator]


def test_a_long_run_is_cut_and_plays_what_there_is() -> None:
    gave, tape = made(["t"] * (MAX_READINGS + 5))
    assert (len(tape["readings"]), tape["cut"]) == (MAX_READINGS, True)
    again, problem = played(tape, ["t"] * (MAX_READINGS + 7))
    assert (again[:MAX_READINGS], problem) == (gave[:MAX_READINGS], "")


def test_random_bytes_beyond_the_bound_cut_the_tape() -> None:
    tape = Tape()
    tape.begin(None)
    tape.random_bytes(MAX_RANDOM + 1)
    tape.clock_ns("t")
    assert tape.end() == {"readings": [], "cut": True, "problem": ""}


@pytest.mark.parametrize(
    "broken",
    [
        None, [], {}, {"readings": [], "cut": False}, {"readings": [], "cut": 0, "problem": ""},
        {"readings": {}, "cut": False, "problem": ""}, {"readings": [], "cut": False, "problem": "x" * 1025},
        *({"readings": [row], "cut": False, "problem": ""} for row in (
            [], ["t"], ["t", -1], ["t", 1.0], ["t", True], ["t", 1 << 63], ["x", 1], [["t"], 1], ("t", 1), ["u", 1],
            ["u", "abc"], ["u", "AB"], ["u", "zz"], ["u", "00" * (MAX_RANDOM + 1)],
        )),
        {"readings": [["t", 1]] * (MAX_READINGS + 1), "cut": False, "problem": ""},
    ],
)  # fmt: skip
def test_what_is_no_tape_is_told(broken: object) -> None:
    assert not is_tape(broken)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_judging_a_tape_never_fails(value: object) -> None:
    assert is_tape(value) is False
    assert is_tape({"readings": [value], "cut": False, "problem": ""}) is False


def test_fixed_clocks_begin_at_the_epoch_and_move_when_read() -> None:
    fixed = Fixed()
    clocks: tuple[Clock, ...] = ("t", "t", "m", "c")
    assert [fixed.clock_ns(clock) for clock in clocks] == [
        EPOCH_S * 10**9 + 1_000_000,
        EPOCH_S * 10**9 + 2_000_000,
        1000 * 10**9 + 3_000_000,
        4_000_000,
    ]


def test_sleeping_moves_the_fixed_clocks_but_not_the_processors() -> None:
    fixed = Fixed()
    fixed.sleep(86_400.5)
    clocks: tuple[Clock, ...] = ("m", "c")
    assert [fixed.clock_ns(clock) for clock in clocks] == [(1000 + 86_400) * 10**9 + 501_000_000, 2_000_000]


def test_fixed_random_bytes_are_a_published_sequence() -> None:
    fixed = Fixed()
    assert [fixed.random_bytes(size).hex() for size in (4, 4, 0, 2)] == ["46b41949", "60f99ca9", "", "08ae"]


def test_addresses_are_numbered_as_they_are_told() -> None:
    addresses = Addresses()
    one, other = object(), object()
    assert [addresses.id(one), addresses.id(other), addresses.id(one)] == [
        0x7F0000000010, 0x7F0000000020, 0x7F0000000010,
    ]  # fmt: skip
    assert addresses.text(f"{one} {other!r}") == ("<object object at 0x7f0000000010> <object object at 0x7f0000000020>")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<A object at 0x7f12deadbeef>", "<A object at 0x7f0000000010>"),
        ("<A at 0xdc50da0; dead>", "<A at 0x7f0000000010; dead>"),
        ("<Future at 0x7f12deadbeef state=pending>", "<Future at 0x7f0000000010 state=pending>"),
        ("Generator(PCG64) at 0x7F12DEADBEEF", "Generator(PCG64) at 0x7F0000000010"),
        ("<two at 0x7f12deadbee0> at 0x7f12deadbef0> at 0x7f12deadbee0>",
         "<two at 0x7f0000000010> at 0x7f0000000020> at 0x7f0000000010>"),
        ("the jump at 0x400000 is short", "the jump at 0x400000 is short"),
        ("<weakref at 0x7f12deadbee0; to 'A' at 0x7f12deadbef0>",
         "<weakref at 0x7f0000000010; to 'A' at 0x7f0000000020>"),
        ("<Mock name='a' id='140242598725136'>", "<Mock name='a' id='139637976727568'>"),
        ("<gzip on 0x7f12deadbeef>", "<gzip on 0x7f0000000010>"),
        ("<colour 0xff8800>", "<colour 0xff8800>"),
        ("the id='140242598725136'>", "the id='140242598725136'>"),
        ("jump at 0x400000.", "jump at 0x400000."),
        ("0x7f12deadbeef", "0x7f12deadbeef"),
        ("<at 0x12345>", "<at 0x12345>"),
        ("<A at 0x7f12deadbeef0>", "<A at 0x7f12deadbeef0>"),
    ],
)  # fmt: skip
def test_only_what_reprs_write_is_replaced(text: str, told: str) -> None:
    assert Addresses().text(text) == told


def test_a_number_that_was_told_stays() -> None:
    addresses = Addresses()
    told = addresses.text("<A object at 0x7f12deadbeef>")
    assert addresses.plain({"k": [told, 1, None]}) == {"k": [told, 1, None]}
