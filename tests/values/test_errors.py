"""What cannot travel is named by path and type, and nothing is half sent."""

from __future__ import annotations

import dataclasses
import decimal
import fractions
import re
from typing import Any

import pytest

from sandbox.errors import EncodeError
from sandbox.values import BOUNDS, encode
from sandbox.values.kinds import Bounds


@dataclasses.dataclass
class Row:
    owner: Any


class Secret:
    def __init__(self) -> None:
        self.token = "t"


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "path", "type_name"),
    [
        (len, "rows", "builtin_function_or_method"),
        ([0, 0, 0, Row(len)], "rows[3].owner", "builtin_function_or_method"),
        ({"a": {"b": (1, re)}}, "rows['a']['b'][1]", "module"),
        ({1: object()}, "rows[1]", "object"),
        ({(1, 2): object()}, "rows[…]", "object"),
        ({len: 1}, "rows.keys()[0]", "builtin_function_or_method"),
        (slice(1, len), "rows.stop", "builtin_function_or_method"),
        ({b"k": [Secret()]}, "rows[b'k'][0]", "Secret"),
        (int, "rows", "type"),
        ([10 ** (10**6)], "rows[0]", "int"),
        ([decimal.Decimal("1e9999999")], "rows[0]", "Decimal"),
        ([decimal.Decimal("1" * 5000)], "rows[0]", "Decimal"),
        ([fractions.Fraction(1, 1 << 20000)], "rows[0]", "int"),
        (nested(200), "rows" + "[0]" * 91, "list"),
        ({i * (2**61 - 1) for i in range(33)}, "rows", "dict"),
        ([[] for _ in range(80_001)], "rows[79999]", "list"),
    ],
)
def test_error_names_path_and_type(value: Any, path: str, type_name: str) -> None:
    with pytest.raises(EncodeError) as caught:
        encode(value, strict=True, name="rows")
    assert (caught.value.path, caught.value.type_name) == (path, type_name)
    assert str(caught.value).startswith(f"{path} ({type_name}) cannot travel: ")


def test_instances_of_host_classes_do_not_travel() -> None:
    with pytest.raises(EncodeError, match="this type does not travel"):
        encode(Secret(), strict=True)


def test_size_is_bounded_while_encoding() -> None:
    with pytest.raises(EncodeError, match="larger than 100 bytes"):
        encode(["x" * 60, b"y" * 60], strict=True, bounds=Bounds(bytes=100))


def test_what_just_fits_travels() -> None:
    assert encode(["x" * 60], strict=True, bounds=Bounds(bytes=100)) == ["x" * 60]


def test_deepest_value_travels() -> None:
    assert encode(nested(BOUNDS.depth), strict=True) == nested(BOUNDS.depth)


def test_thirty_two_keys_of_one_hash_travel() -> None:
    doc = encode({i * (2**61 - 1) for i in range(32)}, strict=True)
    assert len(doc["v"]) == 32


def test_subclass_of_a_library_type_does_not_travel() -> None:
    class Money(decimal.Decimal):
        pass

    with pytest.raises(EncodeError, match="Money"):
        encode([Money(1)], strict=True, guest_module=__name__)
