"""Which tests CPython's language test files have: what the loader of ``unittest`` finds in each of them.

Invariants: the denominator is CPython's own; a test is a method of a class, or a docstring with examples.
"""

from __future__ import annotations

import dataclasses
import doctest
import importlib
import importlib.util
import unittest
import warnings
from collections.abc import Iterator
from types import ModuleType

FILES: tuple[str, ...] = tuple(
    f"test_{name}"
    for name in """grammar scope generators genexps coroutines asyncgen class decorators with patma exceptions unpack
    unpack_ex listcomps setcomps dictcomps fstring named_expressions positional_only_arg keywordonlyarg super property
    descr dataclasses enum contextlib functools itertools collections heapq string""".split()
)


@dataclasses.dataclass(frozen=True)
class Example:
    """One example of a doctest: its source, what it must print, and the options for comparing."""

    source: str
    want: str
    error: str | None
    options: int


@dataclasses.dataclass(frozen=True)
class Test:
    """One test: ``method`` of the class ``owner``, or ``examples`` that see the names of the module ``home`` ("" for
    the test file itself). ``fails`` is set where CPython expects the method to fail.
    """

    name: str
    owner: str = ""
    method: str = ""
    bases: tuple[str, ...] = ()
    fails: bool = False
    home: str = ""
    examples: tuple[Example, ...] = ()


def missing() -> str:
    """Why this Python's test files cannot be read, or an empty string."""
    for name in FILES:
        try:
            found = importlib.util.find_spec(f"test.{name}")
        except ImportError:
            found = None
        if found is None or found.origin is None:
            return f"this Python comes without Lib/test/{name}"
    return ""


def source_of(name: str) -> str:
    """The text of a test file.

    Raises:
        FileNotFoundError: this Python comes without it.
    """
    found = importlib.util.find_spec(f"test.{name}")
    if found is None or found.origin is None:
        raise FileNotFoundError(f"Lib/test/{name}")
    with open(found.origin, encoding="utf-8") as stream:
        return stream.read()


def tests_of(name: str) -> list[Test]:
    """The tests of one file. Imports it: to be called in a process of its own.

    Raises:
        ImportError: this Python comes without it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = importlib.import_module(f"test.{name}")
        suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    found: list[Test] = []
    seen: dict[str, int] = {}
    for case in _flat(suite):
        test = _doctest(case, module) if isinstance(case, doctest.DocTestCase) else _method(case)
        count = seen[test.name] = seen.get(test.name, 0) + 1
        found.append(test if count == 1 else dataclasses.replace(test, name=f"{test.name}#{count}"))
    return found


def _flat(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from _flat(test)
        else:
            yield test


def _method(case: unittest.TestCase) -> Test:
    cls = type(case)
    method = case._testMethodName
    bases = tuple(base.__qualname__ for base in cls.__mro__ if base.__module__ == cls.__module__)
    fails = any(getattr(each, "__unittest_expecting_failure__", False) for each in (cls, getattr(case, method)))
    return Test(f"{cls.__qualname__}.{method}", cls.__qualname__, method, bases, fails)


def _doctest(case: doctest.DocTestCase, module: ModuleType) -> Test:
    parsed: doctest.DocTest = case._dt_test  # type: ignore[attr-defined]
    examples = tuple(Example(each.source, each.want, each.exc_msg, _options(case, each)) for each in parsed.examples)
    home = str(parsed.globs.get("__name__", ""))
    name = parsed.name.removeprefix(f"{module.__name__}.")
    return Test(f"doctest {name}", home="" if home == module.__name__ else home, examples=examples)


def _options(case: doctest.DocTestCase, example: doctest.Example) -> int:
    flags: int = case._dt_optionflags  # type: ignore[attr-defined]
    for flag, on in example.options.items():
        flags = flags | flag if on else flags & ~flag
    return flags
