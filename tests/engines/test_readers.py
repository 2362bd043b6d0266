"""How attributes of what a library made are read: nothing that guest code can name makes some of these objects, so that
they are put before the gate here as they are.
"""

from __future__ import annotations

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


def library_deleter(value: object) -> None:
    """Of no guest."""


@pytest.fixture
def guards(bench: Callable[..., Bench]) -> Guards:
    """The gate of an engine."""
    return bench().engine.runtime.guards


@pytest.mark.parametrize("alias", [list[type], type[int] | type, types.GenericAlias(type, (int, type))])
def test_the_real_type_is_in_no_arguments_of_an_alias(alias: Any, guards: Guards) -> None:
    found = guards.getattr(alias, "__args__")
    assert [each is type for each in found] == [False] * len(alias.__args__)
    assert found[-1] is guards.type


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
