"""``memory_mb`` bounds what a guest can touch, whatever it fills and whatever its libraries had reserved before."""

from __future__ import annotations

import importlib.util

import pytest

from executors import create_executor
from sandbox.errors import LimitExceeded
from sandbox.limits import Limits
from sandbox.policy import Policy

MEMORY_MB = 64
MOST_MB = 80
"""Growth that the limit may let through: its own room for the worker, and what a numerical library keeps."""
LIMITS = Limits(memory_mb=MEMORY_MB, wall_s=30, cpu_s=30, ops=1 << 40)

PLAIN = {
    "bytes": "x = []\nwhile True:\n    x.append(b'a' * 500_000)",
    "bytearrays": "x = []\nwhile True:\n    x.append(bytearray(b'a' * 60_000))",
    "lists": "x = []\nwhile True:\n    x.append([0] * 100)",
    "texts": "x, n = [], 0\nwhile True:\n    n += 1\n    x.append(str(n) * 50)",
    "one dict": "x, n = {}, 0\nwhile True:\n    n += 1\n    x[n] = n",
    "instances": "class A:\n    pass\nx = []\nwhile True:\n    a = A()\n    a.b = 1.5\n    x.append(a)",
}
ARRAYS = {
    "large arrays": "import numpy as np\nx = []\nwhile True:\n    x.append(np.ones(100_000))",
    "small arrays": "import numpy as np\nx = []\nwhile True:\n    x.append(np.ones(1000))",
    "products": "import numpy as np\na = np.ones((500, 500))\nx = []\nwhile True:\n    x.append(a @ a)",
}
MAPPINGS = {
    "shared mappings": "import mmap\nx = []\nwhile True:\n    m = mmap.mmap(-1, 1 << 20)\n"
    "    m.write(b'a' * (1 << 20))\n    x.append(m)",
    "private mappings": "import mmap\nx = []\nwhile True:\n    m = mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | "
    "mmap.MAP_ANONYMOUS)\n    m.write(b'a' * (1 << 20))\n    x.append(m)",
}


def grow(engine: str, policy: Policy, program: str) -> None:
    with create_executor("local", engine=engine, policy=policy, limits=LIMITS) as executor:
        result = executor.run(program)
        error = result.error
        assert isinstance(error, LimitExceeded), repr(error)
        state = "rolled_back" if executor.capabilities.rollback else "kept"
        assert (error.limit, error.code, result.state) == ("memory_mb", "HC603", state)
        assert 0 < result.usage.memory_mb <= MOST_MB
        assert executor.run("x = None\n1 + 1").value == 2


@pytest.mark.parametrize("engine", ["interpreter", "cpython"])
@pytest.mark.parametrize("name", sorted(PLAIN))
def test_growth_without_libraries(engine: str, name: str) -> None:
    grow(engine, Policy.standard(), PLAIN[name])


@pytest.mark.parametrize("engine", ["interpreter", "cpython"])
@pytest.mark.parametrize("name", sorted(PLAIN | ARRAYS))
def test_growth_beside_numerical_libraries(engine: str, name: str) -> None:
    for library in ("numpy", "pandas", "matplotlib"):
        if importlib.util.find_spec(library) is None:
            pytest.skip(f"needs {library}")
    grow(engine, Policy.data_science(), (PLAIN | ARRAYS)[name])


@pytest.mark.parametrize("policy", [Policy.standard(imports=["mmap"]), Policy.data_science(imports=["mmap"])])
@pytest.mark.parametrize("name", sorted(MAPPINGS))
def test_growth_by_mappings(policy: Policy, name: str) -> None:
    grow("cpython", policy, MAPPINGS[name])
