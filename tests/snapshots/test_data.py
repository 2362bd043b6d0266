"""Arrays and frames in snapshots: values, generators of random numbers, views that stay views."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from executors import create_executor
from executors.base import Executor
from sandbox.errors import EncodeError, SnapshotError
from sandbox.policy import Policy

pytest.importorskip("numpy", reason="needs numpy")
POLICY = Policy.data_science()


@pytest.fixture(
    params=[
        "interpreter-cpython", "cpython-interpreter", "interpreter-interpreter", "interpreter-restricted",
        "restricted-interpreter",
    ]
)  # fmt: skip
def pair(request: pytest.FixtureRequest) -> Generator[tuple[Executor, Executor], None, None]:
    """Two executors that have numpy."""
    one, other = (create_executor("local", engine=name, policy=POLICY) for name in request.param.split("-"))
    with one, other:
        yield one, other


def test_arrays_and_their_aliases(pair: tuple[Executor, Executor]) -> None:
    one, other = pair
    program = """\
import numpy as np
a = np.arange(12.0).reshape(3, 4)
same = a
backwards, turned, empty, wide = a[1:, ::-1], a.T, a[:0], np.broadcast_to(a[0], (2, 4))
class Model:
    def __init__(self):
        self.weights = np.ones(3)
    def apply(self, x: np.ndarray) -> np.ndarray:
        return x + self.weights
m = Model()
"""
    assert one.run(program).error is None
    other.restore(one.snapshot())
    result = other.run("backwards[0, 0] = 99\na[2, 3] = 7\nsame is a, a.tolist(), turned.tolist(), empty.shape")
    changed = [[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 99.0], [8.0, 9.0, 10.0, 7.0]]
    assert result.value == (True, changed, [list(row) for row in zip(*changed, strict=True)], (0, 4))
    result = other.run("backwards.tolist(), wide.tolist(), wide.flags.writeable, m.apply(np.zeros(3)).tolist()")
    rows = [[99.0, 6.0, 5.0, 4.0], [7.0, 10.0, 9.0, 8.0]], [[0.0, 1.0, 2.0, 3.0]] * 2
    assert result.value == (*rows, False, [1.0, 1.0, 1.0])


def test_random_numbers_of_numpy_go_on(pair: tuple[Executor, Executor]) -> None:
    one, other = pair
    program = "import numpy as np\nnp.random.seed(3)\nnp.random.rand()\nrng = np.random.default_rng(5)\nrng.normal()"
    assert one.run(program).error is None
    saved = one.snapshot()
    shown = "[float(np.random.rand()), float(rng.normal()), float(rng.random()), int(rng.integers(1000))]"
    assert other.restore(saved).run(shown).value == one.run(shown).value


def test_frames(pair: tuple[Executor, Executor]) -> None:
    pytest.importorskip("pandas", reason="needs pandas")
    one, other = pair
    assert one.run("import pandas as pd\ndf = pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']})\ns = df['a']").error is None
    assert other.restore(one.snapshot()).run("df.to_dict(), s.tolist()").value == (
        {"a": {0: 1, 1: 2}, "b": {0: "x", 1: "y"}},
        [1, 2],
    )


def test_memory_that_cannot_be_kept_shared_is_told(pair: tuple[Executor, Executor]) -> None:
    one, _ = pair
    assert one.run("import numpy as np\na = np.asfortranarray(np.ones((2, 3)))\nv = a[:, 1]").error is None
    with pytest.raises(EncodeError, match=r"v \(ndarray\) cannot be saved: it shares memory"):
        one.snapshot()


def test_a_receiver_without_numpy_refuses() -> None:
    with create_executor("local", policy=POLICY) as one, create_executor("local") as other:
        assert one.run("import numpy as np\na = np.ones(2)").error is None
        saved = one.snapshot()
        with pytest.raises(SnapshotError, match="numpy"):
            other.restore(saved)
