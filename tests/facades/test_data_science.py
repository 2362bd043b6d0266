"""Programs on numpy, pandas and matplotlib answer as on CPython; callbacks are counted; figures become artifacts."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

import pytest

from executors import create_executor
from executors.base import Executor
from sandbox.errors import BackendUnavailable, GuestError, LimitExceeded
from sandbox.limits import Limits
from sandbox.policy import Policy
from tests.reference import Answer, on_cpython

for _package in ("numpy", "pandas", "matplotlib"):
    pytest.importorskip(_package, reason=f"needs {_package}")

BEGIN = """import io
import numpy as np
import pandas as pd
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
"""
TEXT = (Path(__file__).parent / "data_programs.txt").read_text(encoding="utf-8").partition("\n")[2]
PROGRAMS = [program.strip("\n") for program in TEXT.split("\n---\n")]
CALLBACKS = {
    "vectorize": "np.vectorize(work)(np.arange(3))",
    "frompyfunc": "np.frompyfunc(work, 1, 1)(np.arange(3))",
    "apply_along_axis": "np.apply_along_axis(work, 0, np.ones((2, 3)))",
    "fromfunction": "np.fromfunction(work, (3,))",
    "sort_key": "pd.Series([2, 1]).sort_values(key=work)",
    "apply": "pd.DataFrame({'a': [1]}).apply(work)",
    "map": "pd.Series([1]).map(work)",
    "agg": "pd.DataFrame({'a': [1]}).agg(work)",
    "group": "pd.DataFrame({'a': [1], 'b': [2]}).groupby('a').apply(work)",
    "rolling": "pd.Series([1.0, 2.0]).rolling(1).apply(lambda v: work(v.sum()))",
    "pipe": "pd.Series([1]).pipe(work)",
    "formatter": "fig, ax = plt.subplots()\nax.xaxis.set_major_formatter(lambda v, p: str(work(v)))\nfig.canvas.draw()",
}


def in_process(limits: Limits | None = None) -> Executor:
    policy = Policy.data_science()
    limits = limits or Limits(wall_s=60)
    return create_executor("local", policy=policy, limits=limits, enclosure="inprocess", min_isolation="none")


@functools.cache
def answers() -> dict[str, Answer]:
    """What this CPython makes of the programs."""
    found = on_cpython([[BEGIN + program] for program in PROGRAMS], ["pandas", "matplotlib.pyplot"])
    return {program: cells[0] for program, cells in zip(PROGRAMS, found, strict=True)}


@pytest.fixture(scope="module")
def jailed() -> None:
    """These tests need the jail."""
    try:
        with create_executor("local") as executor:
            executor.run("0")
    except BackendUnavailable as error:
        pytest.skip(f"needs backend local: {error.message}")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.split("\n")[0][:40])
def test_programs_answer_as_on_cpython(program: str) -> None:
    expected = answers()[program]
    with in_process() as executor:
        result = executor.run(BEGIN + program)
    error = result.error
    assert error is None or isinstance(error, GuestError), error
    found = (result.stdout, error and error.type, error and error.message, None if error else result.value_repr)
    assert found == (expected.stdout, expected.error, expected.message, expected.value_repr)


@pytest.mark.parametrize("owner", ["df", "df.a", "df.groupby('b')", "df.groupby('b').a"])
@pytest.mark.parametrize("call", ["sample(2)", "sample(2, random_state=None)", "sample(2, None, False, None, None)"])
def test_samples_are_drawn_by_the_engines_own_generator(owner: str, call: str) -> None:
    """The process has one that every engine in it would share."""
    import numpy

    before = numpy.random.get_state(legacy=False)["state"]
    with in_process() as executor:
        result = executor.run(f"{BEGIN}df = pd.DataFrame({{'a': range(9), 'b': [1] * 9}})\nlen({owner}.{call})")
    after = numpy.random.get_state(legacy=False)["state"]
    assert (result.error, result.value) == (None, 2)
    assert (after["pos"], after["key"].tolist()) == (before["pos"], before["key"].tolist())


@pytest.mark.parametrize("call", CALLBACKS.values(), ids=CALLBACKS)
def test_functions_that_arrays_call_are_counted(call: str) -> None:
    work = "def work(value, *rest):\n    for _ in range(1000): pass\n    return value\n"
    with in_process(Limits(wall_s=60, ops=500)) as executor:
        error = executor.run(BEGIN + work + call).error
        assert isinstance(error, LimitExceeded), error
        assert error.limit == "ops"
    with in_process() as executor:
        result = executor.run(BEGIN + work + call)
        assert result.error is None
        assert result.usage.ops > 1000


def test_figures_shown_become_artifacts(jailed: None) -> None:
    code = """
fig, ax = plt.subplots(figsize=(2, 1), dpi=50)
ax.plot([1, 2])
plt.figure()
plt.show()
plt.plot([3])
fig = plt.gcf()
fig.show()
plt.get_fignums()
"""
    with create_executor("local", policy=Policy.data_science(), limits=Limits(wall_s=60)) as executor:
        result = executor.run(BEGIN + code)
        assert result.value == [1]
        assert [artifact.name for artifact in result.artifacts] == [
            f".figures/figure-{number}.png" for number in (1, 2, 3)
        ]
        first = result.artifacts[0]
        assert first.media_type == "image/png"
        image = first.read()
        assert image[:8] == b"\x89PNG\r\n\x1a\n"
        assert (int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")) == (100, 50)


def test_arrays_travel_and_packages_are_preloaded(jailed: None) -> None:
    import numpy

    with create_executor("local", policy=Policy.data_science(), limits=Limits(wall_s=60)) as executor:
        executor.send_variables({"given": numpy.arange(3)})
        result = executor.run("given.sum(), given * 2")
        assert result.error is None, result.error
        assert result.value[0] == 3
        assert result.value[1].tolist() == [0, 2, 4]


def test_memory_is_counted_above_the_idle_worker(jailed: None) -> None:
    limits = Limits(wall_s=60, memory_mb=200)
    with create_executor("local", policy=Policy.data_science(), limits=limits) as executor:
        assert executor.run("import numpy as np\nnp.ones(1 << 23).sum()").error is None
        error = executor.run("np.ones(1 << 26).sum()").error
        assert isinstance(error, LimitExceeded)
        assert error.limit == "memory_mb"


def test_a_package_that_is_not_allowed_is_refused() -> None:
    with create_executor("local", enclosure="inprocess", min_isolation="none") as executor:
        error = executor.run("import numpy").error
    assert error is not None
    assert error.code == "HC201"


def test_a_package_that_is_not_installed_is_an_import_error(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def absent(name: str, package: str | None = None) -> object:
        if name == "pandas":
            raise ModuleNotFoundError("No module named 'pandas'", name="pandas")
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", absent)
    with in_process() as executor:
        result = executor.run("try:\n    import pandas\nexcept ImportError as error:\n    print(error)\nimport pandas")
    assert result.stdout == "No module named 'pandas'\n"
    assert isinstance(result.error, GuestError)
    assert (result.error.type, result.error.message) == ("ModuleNotFoundError", "No module named 'pandas'")
