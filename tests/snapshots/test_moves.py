"""Snapshots between backends: what one saved, another one restores."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from executors import create_executor
from executors.base import Executor
from executors.testing.kept import KEPT
from tests.conftest import BACKENDS

_EACH_ENGINE = ("jail-only", "local", "restricted")
MOVES = [
    *((one, other) for one in _EACH_ENGINE for other in _EACH_ENGINE if one != other),
    ("in-process", "restricted-in-process"),
    ("restricted-in-process", "in-process"),
]
KEY = b"a key of sixteen bytes"


@pytest.fixture(params=MOVES, ids=lambda move: "-".join(move))
def move(request: pytest.FixtureRequest) -> Generator[tuple[Executor, Executor], None, None]:
    """Executors of two backends."""
    one, other = (BACKENDS[name].make() for name in request.param)
    with one, other:
        yield one, other


def shown(executor: Executor, expression: str) -> str:
    result = executor.run(f"repr(({expression}))")
    assert result.error is None, result.error.traceback
    assert type(result.value) is str
    return result.value


@pytest.mark.parametrize("name", sorted(KEPT))
def test_a_session_moves_there_and_back(name: str, move: tuple[Executor, Executor]) -> None:
    one, other = move
    program, expression = KEPT[name]
    assert one.run(program).error is None
    saved = one.snapshot(key=KEY)
    back = other.restore(saved, key=KEY).snapshot()
    expected = shown(one, expression)
    assert shown(other, expression) == expected
    assert shown(one.restore(back), expression) == expected


def test_the_variables_of_tracebacks_are_those_of_the_cell(move: tuple[Executor, Executor]) -> None:
    one, other = move
    assert one.run("x = 1\n\ndef f(n):\n    if n:\n        return 1 / n\n    raise KeyError(n)\n").error is None
    result = other.restore(one.snapshot()).run("f(0)")
    assert result.error is not None
    assert 'File "<cell 1>", line 6, in f\n    raise KeyError(n)\n' in result.error.traceback
    assert 'File "<cell 2>", line 1, in <module>' in result.error.traceback


def test_a_session_without_anything_is_restored() -> None:
    with create_executor("local", enclosure="inprocess", min_isolation="none") as executor:
        saved = executor.snapshot()
        executor.run("x = 1")
        assert executor.restore(saved).run("'x' in globals()").value is False
