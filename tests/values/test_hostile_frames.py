"""Frames that no encoder makes: refused before pandas sees them, with its compiled code never trusted to look."""

from __future__ import annotations

import base64
import copy
import struct
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from executors.testing.strategies import VALUES
from sandbox.errors import DecodeError, EncodeError
from sandbox.values import decode, encode
from tests.values.same import travelled, wire

numpy = pytest.importorskip("numpy", reason="numpy is not installed")
pandas = pytest.importorskip("pandas", reason="pandas is not installed")

MODULUS = 2**61 - 1


def packed(code: str, *numbers: Any) -> str:
    return base64.b64encode(struct.pack(f"<{len(numbers)}{code}", *numbers)).decode()


def column(*numbers: int) -> dict[str, Any]:
    return {"k": "np", "d": "<i8", "v": packed("q", *numbers)}


def rows(count: int) -> dict[str, Any]:
    return {"$": "rindex", "v": [0, count, 1], "n": None}


def labels(*items: Any) -> dict[str, Any]:
    return {"$": "index", "x": {"k": "obj", "v": list(items)}, "n": None, "f": None}


def frame(**changes: Any) -> dict[str, Any]:
    found = {
        "$": "frame",
        "i": rows(2),
        "c": labels("a", "b"),
        "g": [{"p": [0, 1], "x": column(1, 2, 3, 4)}],
        "a": None,
    }
    return {**found, **changes}


def series(x: Any, index: Any = None, **changes: Any) -> dict[str, Any]:
    return {"$": "series", "i": index or rows(2), "x": x, "n": None, "a": None, **changes}


def categories(codes: list[int], names: Any) -> dict[str, Any]:
    return {"k": "cat", "x": {"d": "|i1", "v": packed("b", *codes)}, "u": names, "o": False}


def levels(codes: list[int], names: Any) -> dict[str, Any]:
    return {"$": "mindex", "l": [names], "x": [{"k": "np", "d": "|i1", "v": packed("b", *codes)}], "n": [None]}


def numbers(*values: float) -> dict[str, Any]:
    return {"$": "index", "x": {"k": "np", "d": "<f8", "v": packed("d", *values)}, "n": None, "f": None}


def uneven(count: int) -> dict[str, Any]:
    moments = {"k": "np", "d": "<M8[ns]", "v": packed("q", *range(count))}
    return {"$": "index", "x": moments, "n": None, "f": "B"}


def test_the_forms_of_this_file_are_values() -> None:
    pandas.testing.assert_frame_equal(
        decode(frame()),
        pandas.DataFrame({"a": [1, 2], "b": [3, 4]}).set_axis(pandas.Index(["a", "b"], dtype=object), axis=1),
    )
    assert decode(series(categories([0, -1], labels("u", "v")))).isna().tolist() == [False, True]
    assert decode(levels([0, 1], labels("u", "v"))).tolist() == [("u",), ("v",)]


CLAIM = {"data": [4096, True], "shape": {"$": "tuple", "v": [8]}, "typestr": "|u1", "version": 3}

MALFORMED: dict[str, Any] = {
    "a row that claims memory": series({"k": "obj", "v": [CLAIM]}, labels("__array_interface__")),
    "a text that claims memory": series(
        {"k": "obj", "v": [CLAIM]},
        {"$": "index", "x": {"k": "str", "v": ["__array_struct__"], "n": "nan"}, "n": None, "f": None},
    ),
    "a scalar of numpy that claims memory": series(
        {"k": "obj", "v": [CLAIM]},
        labels(encode(numpy.str_("__array_interface__"), strict=True)),
    ),
    "a category that claims memory": series(
        {"k": "obj", "v": [CLAIM]},
        {"$": "index", "x": categories([0], labels("__array_interface__")), "n": None, "f": None},
    ),
    "a level that claims memory": series({"k": "obj", "v": [CLAIM]}, levels([0], labels("__array_interface__"))),
    "a column that claims memory": frame(c=labels("a", "__array_interface__")),
    "a position twice": frame(g=[{"p": [0, 0], "x": column(1, 2, 3, 4)}]),
    "a position in two groups": frame(g=[{"p": [0, 1], "x": column(1, 2, 3, 4)}, {"p": [1], "x": column(1, 2)}]),
    "a position below zero": frame(g=[{"p": [-1, 1], "x": column(1, 2, 3, 4)}]),
    "a position past the columns": frame(g=[{"p": [0, 2], "x": column(1, 2, 3, 4)}]),
    "a position that is true": frame(g=[{"p": [0, True], "x": column(1, 2, 3, 4)}]),
    "a column too few": frame(g=[{"p": [0], "x": column(1, 2)}]),
    "a row too few": frame(g=[{"p": [0, 1], "x": column(1, 2, 3)}]),
    "groups that are none": frame(g={"p": [0]}),
    "a group that is none": frame(g=[7]),
    "texts of two columns": frame(g=[{"p": [0, 1], "x": {"k": "str", "v": ["a"] * 4, "n": "NA"}}]),
    "rows that are a list": frame(i=[0, 1]),
    "labels that are a frame": frame(c=frame()),
    "attrs that are a list": frame(a=[1]),
    "a frame in its own rows": frame(i={"$": "ref", "v": 0}),
    "a frame in its own column": series({"k": "obj", "v": [{"$": "ref", "v": 0}, 1]}),
    "a trillion rows": frame(i=rows(10**12), c=labels(), g=[]),
    "rows beyond 64 bits": frame(i={"$": "rindex", "v": [0, 2**70, 2**69], "n": None}),
    "rows in steps of zero": frame(i={"$": "rindex", "v": [0, 2, 0], "n": None}),
    "a name that cannot be hashed": series(column(1, 2), n=[1]),
    "an unknown kind of column": series({"k": "pickle", "v": "gASVAAAA"}),
    "a kind that is a list": series({"k": ["np"]}),
    "a column that is a list": series([1, 2]),
    "objects as bytes": series({"k": "np", "d": "|O", "v": packed("q", 1, 2)}),
    "texts as bytes": series({"k": "np", "d": "<U1", "v": packed("I", 97, 98)}),
    "moments of days": series({"k": "np", "d": "<M8[D]", "v": packed("q", 1, 2)}),
    "half a number": series({"k": "np", "d": "<i8", "v": "AAAA"}),
    "numbers among texts": series({"k": "str", "v": ["a", 1], "n": "NA"}),
    "another sign for missing": series({"k": "str", "v": ["a", "b"], "n": "None"}),
    "a mask too short": series(
        {"k": "mask", "x": {"d": "<i8", "v": packed("q", 1, 2)}, "m": {"d": "|b1", "v": "AA=="}}
    ),
    "masked moments": series(
        {"k": "mask", "x": {"d": "<M8[s]", "v": packed("q", 1, 2)}, "m": {"d": "|b1", "v": "AAA="}}
    ),
    "a code past the categories": series(categories([0, 2], labels("u", "v"))),
    "a code below -1": series(categories([0, -2], labels("u", "v"))),
    "codes that are numbers with fractions": series(
        {"k": "cat", "x": {"d": "<f8", "v": packed("d", 0, 1)}, "u": labels("u", "v"), "o": False}
    ),
    "categories that are equal": series(categories([0, 1], labels("u", "u"))),
    "numbers as categories that are equal": series(categories([0, 1], numbers(1.5, 1.5))),
    "a category that is missing": series(categories([0, 1], numbers(1.5, float("nan")))),
    "categories that cannot be hashed": series(categories([0, 1], labels([1], [2]))),
    "categories that are a list": series(categories([0, 1], ["u", "v"])),
    "categories of one hash": series(
        categories([0, 1], labels(*(encode(k * MODULUS, strict=True) for k in range(33))))
    ),
    "a code past the level": levels([0, 2], labels("u", "v")),
    "a code below the level": levels([-2, 0], labels("u", "v")),
    "a level that is a list": levels([0, 1], ["u", "v"]),
    "a level of levels": levels([0, 0], levels([0], labels("u"))),
    "levels that are equal": levels([0, 1], labels("u", "u")),
    "no level": {"$": "mindex", "l": [], "x": [], "n": []},
    "levels of two lengths": {
        "$": "mindex",
        "l": [labels("u"), labels("v")],
        "x": [{"k": "np", "d": "|i1", "v": "AA=="}, {"k": "np", "d": "|i1", "v": "AAA="}],
        "n": [None, None],
    },
    "a frequency that does not fit": {**uneven(3), "f": "D"},
    "a frequency of numbers": {"$": "index", "x": column(1, 2), "n": None, "f": "D"},
    "a frequency of no list": {**uneven(3), "f": "FY5253-LAST-DEC-SAT"},
    "uneven moments beyond the budget": uneven(30_000),
    "a zone outside the zone data": series(
        {"k": "tz", "x": {"d": "<M8[ns]", "v": packed("q", 1, 2)}, "z": {"$": "zone", "v": "../x"}}
    ),
    "spans in a zone": series(
        {"k": "tz", "x": {"d": "<m8[ns]", "v": packed("q", 1, 2)}, "z": {"$": "zone", "v": "UTC"}}
    ),
    "periods of no list": series({"k": "period", "x": {"d": "<i8", "v": packed("q", 1, 2)}, "f": "17ZZ"}),
    "intervals of texts": series(
        {"k": "interval", "l": {"k": "obj", "v": ["a", "b"]}, "r": {"k": "obj", "v": ["a", "b"]}, "c": "left"}
    ),
    "intervals of two dtypes": series(
        {"k": "interval", "l": column(1, 2), "r": {"k": "np", "d": "<f8", "v": packed("d", 1, 2)}, "c": "left"}
    ),
    "intervals that end before they begin": series(
        {"k": "interval", "l": column(3, 3), "r": column(1, 2), "c": "left"}
    ),
    "intervals closed nowhere": series({"k": "interval", "l": column(1, 1), "r": column(2, 2), "c": "north"}),
    "a moment beyond 64 bits": {"$": "stamp", "v": 2**63, "u": "ns", "z": None, "f": 0},
    "a moment that is NaT": {"$": "stamp", "v": -(2**63), "u": "ns", "z": None, "f": 0},
    "a moment in weeks": {"$": "stamp", "v": 1, "u": "W", "z": None, "f": 0},
    "a span of text": {"$": "span", "v": "1", "u": "ns"},
    "an interval of lists": {"$": "interval", "v": [[1], [2]], "c": "left"},
    "an interval of one": {"$": "interval", "v": [1], "c": "left"},
}


def test_a_table_makes_no_frame_of_categories_of_one_hash() -> None:
    """A receiver without pandas looks no earlier than here."""
    names = labels(*(encode(k * MODULUS, strict=True) for k in range(33)))
    table = decode(series(categories([0, 1], names)), packages=lambda name: None)
    with pytest.raises(DecodeError, match="^not a value: more than 32 keys with one hash$"):
        table.to_pandas()


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_frame_is_refused(name: str) -> None:
    with pytest.raises(DecodeError, match="^not a value"):
        decode(copy.deepcopy(MALFORMED[name]))


@pytest.mark.parametrize("name", sorted(name for name in MALFORMED if "claims" in name and "numpy" not in name))
def test_claims_are_refused_without_pandas_too(name: str) -> None:
    with pytest.raises(DecodeError, match="claim"):
        decode(copy.deepcopy(MALFORMED[name]), packages=lambda package: None)


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "a claim": (lambda: pandas.Series([1], index=["__array_interface__"]), "rename it"),
    "sparse": (lambda: pandas.Series([0, 1], dtype="Sparse[int]"), "columns of this kind do not travel"),
    "long doubles": (lambda: pandas.Series(numpy.zeros(1, numpy.longdouble)), "dtype (longdouble|float128)"),
    "unique labels wanted": (lambda: pandas.DataFrame().set_flags(allows_duplicate_labels=False), "duplicate labels"),
    "a frequency of its own": (
        lambda: pandas.date_range(
            "2020-01-01", periods=2, freq=pandas.offsets.CustomBusinessDay(holidays=["2020-01-02"])
        ),
        "frequency",
    ),
    "a function in a cell": (lambda: pandas.DataFrame({"a": [1, len]}), r"\.iloc\[:, 0\]\[1\]"),
    "a function in the attrs": (lambda: noted(len), r"\.attrs\['n'\]"),
    "a million million rows": (lambda: numpy.broadcast_to(numpy.int8(1), (10**12,)), "larger than"),
    "a subclass": (lambda: type("Mine", (pandas.DataFrame,), {})({"a": [1]}), "Mine"),
    "itself in the attrs": (lambda: looped(), "contains itself"),
}


def noted(value: Any) -> Any:
    found = pandas.DataFrame({"a": [1]})
    found.attrs["n"] = value
    return found


def looped() -> Any:
    found = pandas.Series([1, 2], dtype=object)
    found.attrs["me"] = (found,)
    return found


@pytest.mark.parametrize("name", REFUSED)
def test_other_frames_are_refused(name: str) -> None:
    make, reason = REFUSED[name]
    with pytest.raises(EncodeError, match=reason):
        encode(make(), strict=True)


def test_cells_with_cycles_and_shared_parts() -> None:
    loop: list[Any] = []
    loop.append(loop)
    shared = [1]
    value = pandas.DataFrame({"a": pandas.Series([loop, shared, shared], dtype=object)})
    arrived = travelled([value, shared])
    cells = arrived[0]["a"].tolist()
    assert cells[0][0] is cells[0] and cells[1] is cells[2] is arrived[1]


def test_frames_share_their_rows_and_are_shared() -> None:
    index = pandas.Index(["x", "y"])
    value = pandas.DataFrame({"a": [1, 2]}, index=index)
    doc = wire([value, value, pandas.Series([3, 4], index=value.index)])
    first, second, third = decode(doc)
    assert first is second and third.index.identical(first.index)


def test_attrs_survive() -> None:
    assert travelled(noted({"unit": ["€"], "at": (1, 2)})).attrs == {"n": {"unit": ["€"], "at": (1, 2)}}


def test_arrays_in_a_column_stay_arrays() -> None:
    cells = [numpy.arange(3), numpy.array(5), [1], numpy.float32(2)]
    arrived = travelled(pandas.Series(cells, dtype=object)).tolist()
    assert list(map(type, arrived)) == list(map(type, cells))
    assert arrived[1].shape == () and arrived[0].tolist() == [0, 1, 2]


def test_big_endian_columns_arrive_in_the_machine_s_order() -> None:
    value = pandas.Series(numpy.arange(3, dtype=">i4"))
    arrived = travelled(value)
    assert arrived.dtype == "<i4" and arrived.tolist() == [0, 1, 2]


@settings(max_examples=30)
@given(VALUES)
def test_any_value_in_a_cell(value: Any) -> None:
    arrived = travelled(pandas.Series([value, 1], dtype=object))
    assert type(arrived.iloc[0]) is type(value)


def test_attributes_of_a_frame_do_not_deceive() -> None:
    value = pandas.DataFrame({"a": [1, 2]})

    def trap(*_: Any, **__: Any) -> Any:
        raise AssertionError("ran")

    for name in ("items", "to_numpy", "copy", "iloc", "index", "columns", "dtypes", "__array__"):
        value.__dict__[name] = trap
    assert travelled(value).equals(pandas.DataFrame({"a": [1, 2]}))
