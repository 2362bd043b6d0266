"""Documents that no encoder makes: each is a DecodeError, soon, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import DecodeError
from sandbox.values import BOUNDS, decode, encode
from sandbox.values.decode import _TAGS

MODULUS = 2**61 - 1


def tagged(tag: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"$": tag, "v": value, **more}


def nested(depth: int) -> Any:
    doc: Any = 1
    for _ in range(depth):
        doc = [doc]
    return doc


def tuple_of_shared_tuples(depth: int) -> dict[str, Any]:
    """A tuple of two of a tuple of two of …: 2**depth leaves to hash in a few hundred bytes."""
    doc: Any = tagged("tuple", [1, 2])
    for level in range(depth):
        doc = tagged("tuple", [doc, tagged("ref", depth - level + 1)])
    return doc


def congruent(count: int) -> list[Any]:
    return [encode(index * MODULUS, strict=True) for index in range(count)]


MORE_POWERS = [tagged("int", f"{2 ** (61 * k):x}") for k in range(16, 33)]

MALFORMED: dict[str, Any] = {
    "a tag that does not exist": tagged("pickle", "gASVAAAA"),
    "a tag that is a list": {"$": ["int"]},
    "a tag that is null": {"$": None},
    "a tag that is a number": {"$": 1},
    "no content": {"$": "tuple"},
    "a Python object": object(),
    "a tuple in JSON": ("a",),
    "an object in a list": [object()],
    "hex that is not": tagged("int", "xyz"),
    "an int as JSON number": tagged("int", 7),
    "an int with too many digits": tagged("int", "f" * 300_000),
    "float of 15 digits": tagged("float", "7ff000000000000"),
    "float of no digits": tagged("float", "zzzzzzzzzzzzzzzz"),
    "complex of one part": tagged("complex", ["7ff0000000000000"]),
    "text that is not UTF-8": tagged("str", "/w=="),
    "bytes that are not base64": tagged("bytes", "a"),
    "bytes with rubbish between": tagged("bytes", "YWJj\nYWJj"),
    "bytes that are a list": tagged("bytes", [1, 2]),
    "dict of three": tagged("dict", [1, 2, 3]),
    "dict that is a dict": tagged("dict", {"a": 1}),
    "dict with an unhashable key": tagged("dict", [[], 1]),
    "set of lists": tagged("set", [[]]),
    "set that is text": tagged("set", "abc"),
    "frozenset of dicts": tagged("frozenset", [{}]),
    "tuple that is null": tagged("tuple", None),
    "range of step 0": tagged("range", ["0", "1", "0"]),
    "range of two": tagged("range", ["0", "1"]),
    "slice of two": tagged("slice", [1, 2]),
    "reference to nothing": tagged("ref", 0),
    "reference backwards": [tagged("ref", -1)],
    "reference that is true": [tagged("ref", True)],
    "tuple that is its own member": tagged("tuple", [tagged("ref", 0)]),
    "frozenset that is its own member": tagged("frozenset", [tagged("ref", 0)]),
    "set that is its own member": tagged("set", [tagged("ref", 0)]),
    "tuple that is its own key": tagged("tuple", [tagged("dict", [tagged("ref", 0), 1])]),
    "date of month 13": tagged("date", [2024, 13, 1]),
    "date of floats": tagged("date", [2024.0, 1, 1]),
    "date of bools": tagged("date", [True, True, True]),
    "datetime of 7": tagged("datetime", [2024, 1, 1, 0, 0, 0, 0], z=None),
    "datetime with fold 2": tagged("datetime", [2024, 1, 1, 0, 0, 0, 0, 2], z=None),
    "datetime without zone": tagged("datetime", [2024, 1, 1, 0, 0, 0, 0, 0]),
    "datetime with an int as zone": tagged("datetime", [2024, 1, 1, 0, 0, 0, 0, 0], z=3),
    "timedelta too long": tagged("timedelta", [10**12, 0, 0]),
    "offset of a day": tagged("timezone", [1, 0, 0], n=None),
    "zone outside the zone data": tagged("zone", "../../etc/passwd"),
    "zone with an absolute path": tagged("zone", "/etc/passwd"),
    "zone that does not exist": tagged("zone", "Nowhere/Never"),
    "more zones than allowed": [tagged("zone", f"Etc/GMT+{n % 13}" if n < 13 else f"Etc/GMT+{n}") for n in range(70)],
    "Decimal that is not": tagged("decimal", "one"),
    "Decimal with too many digits": tagged("decimal", "1" * 5000),
    "Decimal with a huge exponent": tagged("decimal", "1e99999999"),
    "fraction by zero": tagged("fraction", ["1", "0"]),
    "fraction of huge numbers": tagged("fraction", ["f" * 5000, "1"]),
    "UUID too large": tagged("uuid", "f" * 33),
    "UUID below zero": tagged("uuid", "-1"),
    "path too long": tagged("path", "a" * 5000, k="posix"),
    "path of another kind": tagged("path", "a", k="amiga"),
    "deque longer than its maxlen": tagged("deque", [1, 2], m=1),
    "deque with a negative maxlen": tagged("deque", [], m=-1),
    "deque with a huge maxlen": tagged("deque", [], m=10**30),
    "defaultdict with an unlisted factory": tagged("defaultdict", [], d="eval"),
    "record of a name without a value": {"$": "rec", "t": "A", "f": ["x"]},
    "record with an int as name": {"$": "rec", "t": 3, "f": []},
    "record with an int as field": {"$": "rec", "t": "A", "f": [1, 2]},
    "record with a long name": {"$": "rec", "t": "A" * 300, "f": []},
    "named tuple of too few": {"$": "nt", "t": "A", "n": ["x"], "v": []},
    "enum without a name": {"$": "enum", "t": "A", "v": 1},
    "description inside a value": [{"$": "opaque", "t": "A", "r": "", "p": "", "w": ""}],
    "description without a reason": {"$": "opaque", "t": "A", "r": "", "p": ""},
    "description that is long": {"$": "opaque", "t": "A", "r": "x" * 5000, "p": "", "w": ""},
    "array of objects": {"$": "ndarray", "d": "|O", "s": [1], "v": "AAAAAAAAAAA="},
    "array of void": {"$": "ndarray", "d": "|V8", "s": [1], "v": "AAAAAAAAAAA="},
    "array that is too small": {"$": "ndarray", "d": "<f8", "s": [2], "v": "AAAAAAAAAAA="},
    "array of a negative shape": {"$": "ndarray", "d": "<f8", "s": [-1], "v": ""},
    "array of a huge shape": {"$": "ndarray", "d": "<f8", "s": [0, 2**62], "v": ""},
    "array of 33 dimensions": {"$": "ndarray", "d": "|i1", "s": [1] * 33, "v": "AA=="},
    "array of empty strings": {"$": "ndarray", "d": "<U0", "s": [1], "v": ""},
    "too deep": nested(BOUNDS.depth + 3),
    "too deep for Python": nested(100_000),
    "too many parts": [[] for _ in range(BOUNDS.nodes)],
    "33 ints of one hash": tagged("set", congruent(33)),
    "33 keys of one hash": tagged("dict", [part for key in congruent(33) for part in (key, 0)]),
    "33 tuples of one hash": tagged("set", [tagged("tuple", [key]) for key in congruent(33)]),
    "33 frozensets of one hash": tagged("frozenset", [tagged("frozenset", [key]) for key in congruent(33)]),
    "33 powers of one hash": tagged("set", [*[2.0 ** (61 * k) for k in range(16)], *MORE_POWERS]),
    "33 Decimals of one hash": tagged("set", [tagged("decimal", str(k * MODULUS)) for k in range(33)]),
    "33 Fractions of one hash": tagged("set", [tagged("fraction", [f"{k * MODULUS:x}", "1"]) for k in range(33)]),
    "33 counts of one hash": tagged("Counter", [part for key in congruent(33) for part in (key, 0)]),
    "a large int and a Decimal of one hash": tagged("set", [tagged("int", f"{2 ** 42_700:x}"), tagged("decimal", "1")]),
    "shared tuples": tagged("set", [tuple_of_shared_tuples(60)]),
    "one heavy tuple in many sets": [tagged("tuple", [0] * 9000), *([tagged("set", [tagged("ref", 1)])] * 30)],
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_document_is_refused(name: str) -> None:
    with pytest.raises(DecodeError, match="^not a value"):
        decode(MALFORMED[name])


@pytest.mark.parametrize("tag", sorted(_TAGS))
@pytest.mark.parametrize("content", [{}, {"v": None}, {"v": {}}, {"v": [{"$": "no"}]}, {"v": -1}, {"v": "é"}])
def test_no_tag_survives_wrong_content(tag: str, content: Any) -> None:
    if tag in ("...", "NaT", "NA"):
        decode({"$": tag, **content})
        return
    with pytest.raises(DecodeError):
        decode({"$": tag, **json.loads(json.dumps(content))})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
        st.fixed_dictionaries(
            {"$": st.sampled_from(sorted(_TAGS))},
            optional=dict.fromkeys(("v", "t", "f", "n", "b", "d", "s", "z", "k", "m"), inner),
        ),
    ),
    max_leaves=15,
)


@given(JSON)
def test_any_json_is_a_value_or_a_decode_error(doc: Any) -> None:
    try:
        decode(doc)
    except DecodeError as error:
        assert str(error).startswith("not a value")


def test_thirty_two_ints_of_one_hash_are_a_set() -> None:
    assert decode(tagged("set", congruent(32))) == {index * MODULUS for index in range(32)}


def test_deepest_value_is_decoded() -> None:
    assert decode(nested(BOUNDS.depth)) == nested(BOUNDS.depth)
