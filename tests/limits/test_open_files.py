"""A guest that uses up its descriptors: told as the limit, and nothing of its files is lost."""

from __future__ import annotations

import pytest

from executors import create_executor
from sandbox.limits import Limits

FILL = """
x = []
try:
    for n in range(99):
        x.append(open(f'f{n}', 'w'))
except OSError as error:
    print(error.errno)
len(x)
"""


@pytest.mark.parametrize("engine", ["interpreter", "restricted", "cpython"])
def test_files_of_a_run_that_left_no_descriptor_are_told_later(engine: str) -> None:
    with create_executor("local", engine=engine, limits=Limits(open_files=16)) as executor:
        assert [each.name for each in executor.run("open('first', 'w').close()").artifacts] == ["first"]
        result = executor.run(FILL)
        assert (result.error, result.stdout, result.artifacts) == (None, "24\n", ())
        made = result.value
        assert 4 < made < 16
        assert executor.run("y = 1").artifacts == ()
        result = executor.run("for file in x:\n    file.close()\nx = None")
        assert sorted(each.name for each in result.artifacts) == sorted(f"f{n}" for n in range(made))
        assert executor.run("y = 2").artifacts == ()
