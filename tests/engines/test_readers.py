"""How attributes of what a library made are read: nothing that guest code can name makes some of these objects, so that
they are put before the gate here as they are.
"""

from __future__ import annotations

import enum
import math
import types
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.engine import Stop
from sandbox.guards import Guards
from tests.engines.conftest import Bench


def library_function(kind: type) -> type:
    """Of no guest."""
    return kind


def library_options(text: str = "a", number: int = 1, *, word: str = "b") -> None:
    """Of no guest."""


def library_call(function: object = len, *, other: object = len) -> None:
    """Of no guest."""


def library_deleter(value: object) -> None:
    """Of no guest."""


class Unreviewed:
    """Of no guest, and in no facade."""

    def __new__(cls, number: int) -> Unreviewed:
        return object.__new__(cls)


class LibraryEnum(Unreviewed, enum.Enum):
    """Of no guest."""

    ONE = 1


@pytest.fixture
def guards(bench: Callable[..., Bench]) -> Guards:
    """The gate of an engine."""
    return bench().engine.runtime.guards


@pytest.mark.parametrize("alias", [list[type], type[int] | type, types.GenericAlias(type, (int, type))])
def test_the_real_type_is_in_no_arguments_of_an_alias(alias: Any, guards: Guards) -> None:
    found = guards.getattr(alias, "__args__")
    assert [each is type for each in found] == [False] * len(alias.__args__)
    assert found[-1] is guards.type


def test_the_real_type_is_not_among_the_bases_that_a_class_was_written_with(guards: Guards) -> None:
    owner = types.SimpleNamespace(__orig_bases__=(type, int))
    assert guards.getattr(owner, "__orig_bases__") == (guards.type, int)


def test_the_annotations_of_a_library_function_are_a_copy(guards: Guards) -> None:
    found = guards.getattr(library_function, "__annotations__")
    found["kind"] = int
    assert library_function.__annotations__ == {"kind": "type", "return": "type"}


@pytest.mark.parametrize("name", ["fget", "fset", "fdel"])
def test_the_functions_of_a_library_property_are_not_handed_out(name: str, guards: Guards) -> None:
    given = property(library_function, library_function, library_deleter)  # type: ignore[arg-type]
    with pytest.raises(Stop, match=f"attribute '{name}' of a library property"):
        guards.getattr(given, name)
    assert guards.getattr(property(len, len, len), name) is len  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["__defaults__", "__kwdefaults__"])
def test_the_defaults_of_a_library_function_are_plain_data_or_refused(name: str, guards: Guards) -> None:
    found = guards.getattr(library_options, name)
    assert found == {"__defaults__": ("a", 1), "__kwdefaults__": {"word": "b"}}[name]
    assert name == "__defaults__" or found is not library_options.__kwdefaults__
    with pytest.raises(Stop, match=f"attribute '{name}' of a library function"):
        guards.getattr(library_call, name)


@pytest.mark.parametrize("name", ["__code__", "__closure__"])
def test_what_a_library_function_is_made_of_is_refused(name: str, guards: Guards) -> None:
    with pytest.raises(Stop, match=f"attribute '{name}'"):
        guards.getattr(library_function, name)


def test_a_module_that_came_past_the_facades_shows_nothing(guards: Guards) -> None:
    with pytest.raises(Stop, match="attribute 'sqrt' of a module"):
        guards.getattr(math, "sqrt")


def test_the_class_of_the_values_of_an_enumeration_is_one_that_guests_may_hold(guards: Guards) -> None:
    assert guards.getattr(enum.IntEnum, "_member_type_") is int
    with pytest.raises(Stop, match="class 'Unreviewed'"):
        guards.getattr(LibraryEnum, "_member_type_")


@pytest.mark.parametrize("name", ["co_name", "co_varnames", "co_freevars"])
def test_code_that_is_no_view_shows_nothing(name: str, guards: Guards) -> None:
    with pytest.raises(Stop, match=f"attribute '{name}'"):
        guards.getattr(library_function.__code__, name)
