"""Every kind arrives as it left, sharing and cycles included."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import json
import pathlib
import struct
from typing import Any

import pytest
from hypothesis import given

from executors.testing.strategies import VALUES, shared
from sandbox.values import EnumValue, Opaque, Record, decode, encode
from tests.values.same import same, travelled, wire


@given(VALUES)
def test_values_round_trip(value: Any) -> None:
    assert same(travelled(value), value)


@given(shared())
def test_sharing_and_cycles_round_trip(value: list[Any]) -> None:
    assert same(travelled(value), value)


@pytest.mark.parametrize("bits", [0x7FF8000000000001, 0xFFF8000000000000, 0x7FF0000000000001, 0x7FF0000000000000])
def test_float_bits_survive(bits: int) -> None:
    value = struct.unpack(">d", struct.pack(">Q", bits))[0]
    assert struct.pack(">d", travelled(value)) == struct.pack(">d", value)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (1, 1),
        (-(2**63) + 1, -(2**63) + 1),
        ([1, "a", None, True, 1.5], [1, "a", None, True, 1.5]),
        ({"a": {"b": []}}, {"a": {"b": []}}),
        (2**63, {"$": "int", "v": "8000000000000000"}),
        (float("inf"), {"$": "float", "v": "7ff0000000000000"}),
        ("\ud83d\ude00", {"$": "str", "v": "7aC97biA"}),
        ({"$": 1}, {"$": "dict", "v": ["$", 1]}),
        ((1,), {"$": "tuple", "v": [1]}),
        (pathlib.PurePosixPath("a/b"), {"$": "path", "k": "posix", "v": "a/b"}),
    ],
)
def test_form_on_the_wire(value: Any, plain: Any) -> None:
    assert wire(value) == plain


def test_surrogate_pair_is_not_joined() -> None:
    assert travelled(["\ud83d\ude00", "\U0001f600", {"\ud83d\ude00": 1}]) == [
        "\ud83d\ude00",
        "\U0001f600",
        {"\ud83d\ude00": 1},
    ]


def test_minus_zero() -> None:
    assert str(travelled(-0.0)) == "-0.0"


def test_fold_survives() -> None:
    assert travelled(datetime.datetime(2024, 10, 27, 2, 30, fold=1)).fold == 1


def test_decimal_keeps_its_zeros() -> None:
    assert str(travelled(decimal.Decimal("-1.500E+10"))) == "-1.500E+10"


def test_list_that_holds_itself() -> None:
    value: list[Any] = [1]
    value.append(value)
    arrived = travelled(value)
    assert arrived[0] == 1 and arrived[1] is arrived


@pytest.mark.parametrize("make", [list, collections.deque])
def test_tuple_inside_its_own_member(make: Any) -> None:
    inner = make()
    value = (inner, inner)
    inner.append(value)
    arrived = travelled(value)
    assert arrived[0] is arrived[1] and arrived[0][0] is arrived


def test_tuple_as_value_of_its_own_dict() -> None:
    inner: dict[Any, Any] = {}
    value = (inner,)
    inner[3] = value
    arrived = travelled(value)
    assert arrived[0][3] is arrived


@pytest.mark.parametrize(
    "value",
    [
        collections.deque([1, [2]], maxlen=7),
        collections.Counter("hello"),
        collections.OrderedDict([("b", 1), ("a", 2)]),
        collections.defaultdict(list, {"x": [1]}),
    ],
)
def test_collections_keep_their_type(value: Any) -> None:
    arrived = travelled(value)
    assert type(arrived) is type(value) and arrived == value
    assert getattr(arrived, "maxlen", None) == getattr(value, "maxlen", None)
    assert getattr(arrived, "default_factory", None) is getattr(value, "default_factory", None)


def test_unlisted_default_factory_is_dropped() -> None:
    arrived = travelled(collections.defaultdict(lambda: 3, {"x": 1}))
    assert arrived == {"x": 1} and arrived.default_factory is None


class Colour(enum.Enum):
    RED = "r"


class Level(enum.IntEnum):
    LOW = 1


@dataclasses.dataclass
class Point:
    x: int
    y: Any = None


class Node:
    __slots__ = ("__dict__", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.next = self


class Rows(list):  # type: ignore[type-arg]
    pass


class Text(str):
    __slots__ = ()


Pair = collections.namedtuple("Pair", "left right")


def test_enum_members_arrive_as_values() -> None:
    assert travelled([Colour.RED, Level.LOW]) == [EnumValue("Colour", "RED", "r"), EnumValue("Level", "LOW", 1)]


def test_enum_members_as_keys() -> None:
    assert travelled({Colour.RED: 1}) == {EnumValue("Colour", "RED", "r"): 1}


def test_dataclass_arrives_as_record() -> None:
    arrived = travelled(Point(1, [2]))
    assert type(arrived) is Record and arrived.type == "Point" and arrived.fields == {"x": 1, "y": [2]}
    assert repr(arrived) == "Point(x=1, y=[2])"


def test_named_tuple_arrives_as_record_with_its_items() -> None:
    arrived = travelled(Pair(1, 2))
    assert (arrived.type, arrived.fields, arrived.base) == ("Pair", {"left": 1, "right": 2}, (1, 2))


def test_instance_of_the_guest_module_by_slots_and_dictionary() -> None:
    arrived = travelled(Node("a"), guest_module=__name__)
    assert arrived.fields["name"] == "a" and arrived.fields["next"] is arrived


def test_subclasses_of_builtins_keep_their_base_value() -> None:
    rows = Rows([1, 2])
    rows.source = "db"  # type: ignore[attr-defined]
    arrived = travelled([rows, Text("t")], guest_module=__name__)
    assert (arrived[0].type, arrived[0].base, arrived[0].fields) == ("Rows", [1, 2], {"source": "db"})
    assert (arrived[1].type, arrived[1].base) == ("Text", "t")


def test_exception_arrives_as_record() -> None:
    arrived = travelled(KeyError("k", 1))
    assert (arrived.type, arrived.fields) == ("KeyError", {"args": ("k", 1)})


def test_records_travel_back_into_their_classes() -> None:
    classes = {"Point": Point, "Node": Node, "Pair": Pair, "Colour": Colour}
    original = [Point(1, 2), Node("n"), Pair(3, 4), Colour.RED]
    back = decode(wire(travelled(original, guest_module=__name__)), classes=classes)
    assert back[0] == Point(1, 2)
    assert type(back[1]) is Node and back[1].name == "n" and back[1].next is back[1]
    assert type(back[2]) is Pair and back[2] == (3, 4)
    assert back[3] is Colour.RED


def test_rebuilt_instance_runs_no_init() -> None:
    class Loud:
        def __init__(self) -> None:
            raise AssertionError("ran")

    made = object.__new__(Loud)
    made.__dict__["x"] = 1
    back = decode(wire(made, guest_module=__name__), classes={"Loud": Loud})
    assert type(back) is Loud and back.__dict__ == {"x": 1}


def test_encoding_runs_no_code_of_the_class() -> None:
    class Meta(type):
        def __hash__(cls) -> int:
            raise AssertionError("hashed")

        def __getattribute__(cls, name: str) -> Any:
            raise AssertionError(name)

    class Trap(metaclass=Meta):
        def __getattribute__(self, name: str) -> Any:
            raise AssertionError(name)

        @property
        def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
            raise AssertionError("__dict__")

        def __hash__(self) -> int:
            raise AssertionError("hash")

        def __eq__(self, other: object) -> bool:
            raise AssertionError("eq")

        def __iter__(self) -> Any:
            raise AssertionError("iter")

    made = object.__new__(Trap)
    doc = json.dumps(encode([made, (made,)], strict=True, guest_module=__name__))
    assert '"Trap"' in doc


def test_records_are_equal_to_themselves_only() -> None:
    first, second = travelled([Point(1), Point(1)])
    assert first == first and first != second and len({first, second}) == 2


def test_record_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        travelled(Point(1)).type = "Other"


def test_what_cannot_travel_is_described() -> None:
    assert decode(encode({"rows": [1, {"f": len}]}, strict=False, name="answer")) == Opaque(
        type="dict",
        repr="{'rows': [1, {'f': <built-in function len>}]}",
        path="answer['rows'][1]['f']",
        reason="this type does not travel; pass plain data such as str, list or dict",
    )
