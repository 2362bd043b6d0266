"""Engines that have numpy keep guests from raw memory: addresses claimed by attributes, buffers of object arrays."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from executors import create_executor
from sandbox.engine import EngineHost, Place, Stop
from sandbox.interpreter import Interpreter
from sandbox.limits import Limits
from sandbox.policy import Policy

pytest.importorskip("numpy", reason="needs numpy")

CLAIM = """
import numpy as np
NAME = "__array_" + "interface__"
CLAIM = {"shape": (1,), "typestr": "<i8", "data": (id(NAME), False), "version": 3}
"""
Run = Callable[[str], str]


@pytest.fixture
def run(data_science: Run) -> Run:
    """What becomes of a program that has a claim at hand."""
    return lambda code: data_science(CLAIM + code)


CLAIMS = {
    "class_body": "class A:\n    __array_interface__ = CLAIM\nnp.array(A())",
    "slots": "class A:\n    __slots__ = ['__array_interface__']\nnp.array(A())",
    "setattr": "class A: pass\nsetattr(A, NAME, CLAIM)",
    "setattr_instance": "class A: pass\na = A()\nsetattr(a, NAME, CLAIM)",
    "object_setattr": "class A: pass\na = A()\nobject.__setattr__(a, NAME, CLAIM)",
    "getattr_hook": "class A:\n    def __getattr__(self, name): return CLAIM\nnp.array([A()])",
    "getattr_hook_operator": "class A:\n    def __getattr__(self, name): return CLAIM\nnp.arange(1) + A()",
    "getattr_hook_later": "class A: pass\nA.__getattr__ = lambda self, name: CLAIM\nnp.array(A())",
    "getattr_hook_inherited": "class A:\n    def __getattr__(self, name): return CLAIM\nclass B(A): pass\n"
    "np.array(B())",
    "getattr_hook_in_subclass_hook": "class A:\n    def __init_subclass__(cls): np.array(cls())\n"
    "class B(A):\n    def __getattr__(self, name): return CLAIM",
    "getattr_hook_of_a_metaclass": "class M(type):\n    def __getattr__(cls, name): return CLAIM\n"
    "class A(metaclass=M): pass\nnp.array(A)",
    "getattr_hook_in_a_metaclass_new": "class M(type):\n    def __new__(m, n, b, s):\n"
    "        c = super().__new__(m, n, b, s)\n        np.array(c())\n        return c\n"
    "class A(metaclass=M):\n    def __getattr__(self, name): return CLAIM",
    "namespace": "import types\ntypes.SimpleNamespace(**{NAME: CLAIM})",
    "namespace_by_type": "import types\ntype(types.SimpleNamespace())(**{NAME: CLAIM})",
    "namespace_partial": "import functools, types\np = functools.partial(types.SimpleNamespace)\n"
    "p.keywords[NAME] = CLAIM\np()",
    "namespace_subclass": "import types\nclass A(types.SimpleNamespace): pass",
    "log_extra": "import logging\nlogging.getLogger('x').error('m', extra={NAME: CLAIM})",
    "log_record": "import logging\n"
    "logging.getLogger('x').makeRecord('n', 1, 'f', 1, 'm', (), None, extra={NAME: CLAIM})",
    "mock": "import unittest.mock\nunittest.mock.Mock(**{NAME: CLAIM})",
    "patch": "import unittest.mock\nclass A: pass\nwith unittest.mock.patch.object(A, NAME, CLAIM): np.array(A())",
    "dictionary_of_one_without": "import functools\nclass A:\n    __slots__ = ()\n"
    "    def __getattr__(self, name):\n        if name == '__dict__': return {NAME: CLAIM}\n"
    "        raise AttributeError(name)\n    def __call__(self): pass\n"
    "np.array(functools.lru_cache(A()))",
    "dictionary_of_one_without_in_contextlib": "import contextlib\nclass A:\n    __slots__ = ()\n"
    "    def __getattr__(self, name):\n        if name == '__dict__': return {NAME: CLAIM}\n"
    "        raise AttributeError(name)\n    def __call__(self): pass\n"
    "np.array(contextlib.contextmanager(A()))",
    "getattr_hook_later_without_dictionary": "class A:\n    __slots__ = ()\nA.__getattr__ = lambda s, n: {NAME: CLAIM}",
    "new_dictionary": "class A: pass\na = A()\na.__dict__ = {}",
}  # fmt: skip
STORED = {
    "item": "vars(a)[NAME] = CLAIM",
    "update": "a.__dict__.update({NAME: CLAIM})",
    "keyword": "a.__dict__.update(**{NAME: CLAIM})",
    "setdefault": "a.__dict__.setdefault(NAME, CLAIM)",
    "union": "d = a.__dict__\nd |= {NAME: CLAIM}",
    "native_item": "dict.__setitem__(a.__dict__, NAME, CLAIM)",
    "native_update": "dict.update(a.__dict__, {NAME: CLAIM})",
    "native_setdefault": "dict.setdefault(a.__dict__, NAME, CLAIM)",
    "native_union": "dict.__ior__(a.__dict__, {NAME: CLAIM})",
    "heir_of_dict": "class D(dict): pass\nD.update(a.__dict__, {NAME: CLAIM})",
    "default_dict": "import collections\ncollections.defaultdict.update(a.__dict__, {NAME: CLAIM})",
    "operator": "import operator\noperator.setitem(a.__dict__, NAME, CLAIM)",
    "lying_key": "class S(str): pass\na.__dict__[S(NAME)] = CLAIM",
    "strange_key": "class S:\n    def __hash__(s): return hash(NAME)\n    def __eq__(s, o): return True\n"
    "a.__dict__[S()] = CLAIM",
    "chain": "import collections\ncollections.ChainMap(a.__dict__)[NAME] = CLAIM",
}
OWNERS = {
    "instance": "class A: pass\na = A()",
    "function": "def a(): pass",
    "exception": "a = ValueError()",
    "arguments": "import argparse\na = argparse.Namespace()",
}
OBJECTS = {
    "memoryview": "memoryview(o)",
    "memoryview_by_type": "type(memoryview(b''))(o)",
    "memoryview_mapped": "list(map(memoryview, [o]))",
    "readinto": "import io\nio.BytesIO(bytes(8)).readinto(o)",
    "readinto_of_the_class": "import io\nio.BytesIO.readinto(io.BytesIO(bytes(8)), o)",
    "readinto_by_name": "import io, operator\noperator.methodcaller('readinto', o)(io.BytesIO(bytes(8)))",
    "pack_into": "import struct\nstruct.pack_into('q', o, 0, 1)",
    "pack_into_imported": "from struct import pack_into\npack_into('q', o, 0, 1)",
    "pack_into_of_an_instance": "import struct\nstruct.Struct('q').pack_into(o, 0, 1)",
}


@pytest.mark.parametrize("code", CLAIMS.values(), ids=CLAIMS)
def test_nothing_claims_an_address(run: Run, code: str) -> None:
    assert run(code) in ("HC101", "HC102", "HC103", "HC105", "HC106", "HC107")


@pytest.mark.parametrize("store", STORED.values(), ids=STORED)
@pytest.mark.parametrize("owner", OWNERS.values(), ids=OWNERS)
def test_dictionaries_of_objects_take_no_claim(run: Run, owner: str, store: str) -> None:
    told = run(f"{owner}\n{store}\nnp.array(a)")
    assert told.startswith("TypeError: an object's dictionary takes no key"), told


def test_the_dictionary_that_a_class_gives_of_an_object_takes_no_claim(run: Run) -> None:
    told = run("class A: pass\na = A()\nvars(A)['__dict__'].__get__(a, A)[NAME] = CLAIM\nnp.array(a)")
    assert told.startswith("TypeError: an object's dictionary takes no key"), told


@pytest.mark.parametrize("code", OBJECTS.values(), ids=OBJECTS)
def test_the_memory_of_objects_is_not_handed_out(run: Run, code: str) -> None:
    assert run(f"o = np.array([None], dtype=object)\n{code}") == "HC110"


@pytest.mark.parametrize(
    "call", ["np.frombuffer(o, 'i8')", "np.ndarray((1,), 'i8', o)", "np.ndarray((1,), object, bytearray(8))"]
)
def test_arrays_are_not_made_of_the_memory_of_objects(run: Run, call: str) -> None:
    assert "object" in run(f"o = np.array([None], dtype=object)\n{call}").partition(": ")[2]


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("class A: pass\na = A()\na.__dict__.update(x=1)\na.__dict__['y'] = 2\n(a.x, a.y, vars(a))",
         "(1, 2, {'x': 1, 'y': 2})"),
        ("class A: pass\na = A()\nd = a.__dict__\na.x = 1\n(d, isinstance(d, dict), type(d) is dict, d == {'x': 1})",
         "({'x': 1}, True, True, True)"),
        ("import json\nclass A:\n    def __init__(self): self.x = 1\njson.dumps(A().__dict__)", "'{\"x\": 1}'"),
        ("class A: pass\nd = {}\ndict.update(d, a=1)\ndict.__setitem__(d, 'b', 2)\nd", "{'a': 1, 'b': 2}"),
        ("bytes(memoryview(np.arange(2, dtype='u1')))", "b'\\x00\\x01'"),
        ("m = memoryview(b'ab')\n(type(m) is memoryview, isinstance(m, memoryview), m[0])", "(True, True, 97)"),
        ("import types\nn = types.SimpleNamespace(a=1)\n(n, type(n) is types.SimpleNamespace, dict(vars(n)))",
         "(namespace(a=1), True, {'a': 1})"),
        ("import io\na = np.zeros(2, 'u1')\nio.BytesIO(b'ab').readinto(a)\na.tolist()", "[97, 98]"),
        ("class A:\n    def __getattr__(self, name): return 1\nA().anything", "1"),
        ("class A: pass\nnp.array([A(), A()]).shape", "(2,)"),
        ("class A:\n    __slots__ = ('x',)\n    def __getattr__(self, name): return name\nclass B(A): pass\n"
         "b = B()\nb.x, b.y = 1, 2\n(b.x, b.z, vars(b))", "(1, 'z', {'y': 2})"),
        ("class M(type):\n    def __new__(m, n, b, s): return super().__new__(m, n, b, {**s, 'keys': sorted(s)})\n"
         "class A(metaclass=M):\n    def __getattr__(self, name): return name\n(A().x, A.keys)",
         "('x', ['__getattr__', '__module__', '__qualname__'])"),
    ],
)  # fmt: skip
def test_honest_use_goes_on(run: Run, code: str, value: str) -> None:
    assert run(code) == f"value {value}"


def test_a_label_of_a_series_claims_nothing(run: Run) -> None:
    pytest.importorskip("pandas", reason="needs pandas")
    assert run("import pandas as pd\nnp.array(pd.Series({NAME: CLAIM})).tolist()[0]['version']") == "value 3"


def test_a_policy_without_numpy_gets_no_arrays() -> None:
    numpy: Any = pytest.importorskip("numpy", reason="needs numpy")
    with create_executor("local", enclosure="inprocess", min_isolation="none") as executor:
        executor.send_variables({"a": numpy.arange(3)})
        executor.send_tools({"make": lambda: numpy.arange(3)})
        assert executor.run("(type(a).__name__, type(make()).__name__)").value == ("Record", "Record")


def test_a_record_that_comes_back_claims_nothing() -> None:
    policy = Policy.data_science()
    with create_executor("local", policy=policy, enclosure="inprocess", min_isolation="none") as executor:
        executor.send_tools({"echo": lambda value: value})
        found = executor.run("class A: pass\na = A()\ndel A\nMade = type(echo(a))\nMade.__name__")
        assert found.value == "Record"
        code = (
            CLAIM + "class B: pass\nb = echo(Made('B', {NAME: CLAIM}))\n(type(b).__name__, np.array(b).dtype.hasobject)"
        )
        assert executor.run(code).value == ("Record", True)


@pytest.mark.parametrize("dtype", ["object", "T"])
def test_the_first_engine_of_a_process_guards_arrays(dtype: str) -> None:
    code = f"import numpy as np\nnp.ndarray((1,), {dtype!r}, bytearray(16))"
    program = (
        "from executors import create_executor\nfrom sandbox.policy import Policy\n"
        "policy = Policy.data_science()\n"
        "with create_executor('local', policy=policy, enclosure='inprocess', min_isolation='none') as e:\n"
        f"    print(e.run({code!r}).error.message)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == "cannot construct an array of objects from a buffer\n"


def test_a_library_stores_no_claim_either(tmp_path: Path) -> None:
    host = EngineHost(
        Policy.data_science(),
        Limits(),
        io.StringIO(),
        io.StringIO(),
        Place(str(tmp_path)),
        lambda *_: None,
        lambda *_: None,
    )
    engine = Interpreter(host)
    engine.run("import numpy\nclass A:\n    def __getattr__(self, name):\n        return 1\na = A()")
    with pytest.raises(Stop, match="storing what numpy takes for an address"):
        engine.runtime.namespace["a"].__array_interface__ = {}


def test_the_claim_would_be_believed() -> None:
    """The control: numpy itself reads the address."""
    import numpy

    number = numpy.array([41])
    claim: Any = type("A", (), {"__array_interface__": number.__array_interface__})()
    assert numpy.array(claim).tolist() == [41]
