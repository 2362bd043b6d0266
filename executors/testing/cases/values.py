"""The last expression is the value, of every kind that travels."""

from __future__ import annotations

import datetime
import decimal
import fractions
import pathlib
from typing import Any

from sandbox.values import EnumValue, Opaque, Record

from ...base import Executor
from ..case import Case, add, case, equal, ok

_TABLE: dict[str, tuple[str, Any]] = {
    "none": ("None", None),
    "bool": ("1 < 2", True),
    "int": ("6 * 7", 42),
    "large_int": ("2 ** 200", 2**200),
    "float": ("1 / 4", 0.25),
    "infinity": ("float('inf')", float("inf")),
    "complex": ("1 + 2j", 1 + 2j),
    "text": ("'h\\u00e9' + chr(0x1F600)", "hé\U0001f600"),
    "lone_surrogate": ("chr(0xD800)", "\ud800"),
    "bytes": ("b'a' * 3", b"aaa"),
    "bytearray": ("bytearray(b'ab')", bytearray(b"ab")),
    "list": ("[1, [2, 'x']]", [1, [2, "x"]]),
    "tuple": ("1, 2", (1, 2)),
    "dict": ("{'a': 1, 2: (3,)}", {"a": 1, 2: (3,)}),
    "set": ("{1, 2} | {3}", {1, 2, 3}),
    "frozenset": ("frozenset({1})", frozenset({1})),
    "range": ("range(2, 9, 3)", range(2, 9, 3)),
    "date": ("import datetime\ndatetime.date(2024, 2, 29)", datetime.date(2024, 2, 29)),
    "timedelta": ("import datetime\ndatetime.timedelta(hours=1)", datetime.timedelta(hours=1)),
    "datetime": (
        "import datetime\ndatetime.datetime(2024, 1, 2, 3, tzinfo=datetime.timezone.utc)",
        datetime.datetime(2024, 1, 2, 3, tzinfo=datetime.UTC),
    ),
    "decimal": ("import decimal\ndecimal.Decimal('1.10')", decimal.Decimal("1.10")),
    "fraction": ("import fractions\nfractions.Fraction(1, 3)", fractions.Fraction(1, 3)),
    "path": ("import pathlib\npathlib.PurePosixPath('a/b')", pathlib.PurePosixPath("a/b")),
    "assignment_has_no_value": ("x = 3", None),
    "statement_after_expression": ("3\nx = 4", None),
    "comprehension": ("[n * n for n in range(4)]", [0, 1, 4, 9]),
    "nothing": ("", None),
    "comment_only": ("# nothing here", None),
}


def _check(source: str, expected: Any) -> Any:
    def check(executor: Executor) -> None:
        result = ok(executor.run(source))
        equal(result.value, expected)
        equal(result.value_repr, repr(expected))

    return check


for _name, (_source, _expected) in _TABLE.items():
    add(Case(f"values.{_name}", _check(_source, _expected)))


@case()
def nan(executor: Executor) -> None:
    value = ok(executor.run("float('nan')")).value
    assert type(value) is float and value != value


@case()
def cycle(executor: Executor) -> None:
    value = ok(executor.run("a = [1]\na.append(a)\na")).value
    assert value[1] is value


@case()
def shared_reference(executor: Executor) -> None:
    value = ok(executor.run("a = []\n[a, a]")).value
    assert value == [[], []] and value[0] is value[1]


@case()
def instance_is_a_record(executor: Executor) -> None:
    value = ok(executor.run("class P:\n    def __init__(self):\n        self.x = 1\n        self.y = [2]\nP()")).value
    equal(type(value), Record)
    equal((value.type, dict(value.fields)), ("P", {"x": 1, "y": [2]}))


@case()
def enum_member_is_an_enum_value(executor: Executor) -> None:
    value = ok(executor.run("import enum\nclass C(enum.Enum):\n    RED = 'r'\nC.RED")).value
    equal(value, EnumValue("C", "RED", "r"))


@case()
def function_is_opaque(executor: Executor) -> None:
    value = ok(executor.run("def f():\n    pass\n[1, f]")).value
    equal(type(value), Opaque)
    equal((value.type, value.path), ("list", "value[1]"))


@case()
def repr_is_the_guest_s_own(executor: Executor) -> None:
    result = ok(executor.run("class P:\n    def __repr__(self):\n        return 'P!'\n[P()]"))
    equal(result.value_repr, "[P!]")


@case()
def failing_repr_does_not_fail_the_run(executor: Executor) -> None:
    result = ok(executor.run("class P:\n    def __repr__(self):\n        raise ValueError('x')\nP()"))
    assert "ValueError" in result.value_repr, result.value_repr
