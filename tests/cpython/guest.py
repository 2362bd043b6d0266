"""One test as a guest: a fresh engine, the program, the verdict.

Invariants: each test has an engine of its own; a test passes when its method returns, a doctest when each of its
examples prints what it must; whatever else happens is told with its message.
"""

from __future__ import annotations

import ast
import dataclasses
import doctest
import functools
import io
import tempfile
from pathlib import Path
from typing import Any

from sandbox.engine import EngineHost, Place
from sandbox.engines import load_engine
from sandbox.errors import GuestError, PolicyViolation, RunError
from sandbox.limits import Limits
from sandbox.policy import Policy

from . import rules
from .bindings import bound, free
from .inventory import Example, Test
from .source import SUPPORT, TestFile, for_guests
from .uses import imported

LIMITS = Limits(wall_s=600, ops=50_000_000)


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What became of a test. ``status`` is passed, failed, refused, limited, skipped or excluded."""

    test: str
    status: str
    detail: str = ""
    examples: int = 0
    left_out: int = 0


def verdict_of(file: TestFile, test: Test, engine: str) -> Verdict:
    """Run one test on this engine, unless a rule excludes it."""
    return _run_examples(file, test, engine) if test.examples else _run_method(file, test, engine)


@functools.cache
def _stand_ins() -> str:
    return (Path(__file__).parent / "stand_ins.py").read_text(encoding="utf-8")


class _Session:
    """A fresh engine in this process."""

    def __init__(self, engine: str, directory: str) -> None:
        self.stdout = io.StringIO()
        host = EngineHost(
            Policy.standard(),
            LIMITS,
            self.stdout,
            io.StringIO(),
            Place(directory),
            lambda *_: None,
            lambda *_: None,
            True,
        )
        self.engine = load_engine(engine, host)

    def run(self, code: str) -> RunError | None:
        return self.engine.run(code).error

    def prepare(self, text: str, *, support: bool = False) -> RunError | None:
        error = self.run(_stand_ins()) if support or SUPPORT in text else None
        return error or self.run(text)


def _run_method(file: TestFile, test: Test, engine: str) -> Verdict:
    program = file.program(test)
    reasons = rules.matching(program.uses)
    if reasons:
        return Verdict(test.name, "excluded", "; ".join(reasons))
    with tempfile.TemporaryDirectory() as directory:
        session = _Session(engine, directory)
        cls = test.owner
        error = session.prepare(program.text) or session.run(f"{cls}.setUpClass()")
        if error is None:
            error = session.run(f"{cls}({test.method!r}).debug()")
            if test.fails and (error is None or isinstance(error, GuestError)):
                error = None if error is not None else GuestError("it passed", type="UnexpectedSuccess")
            error = error or session.run(f"{cls}.tearDownClass()")
    return _verdict(test, error)


def _verdict(test: Test, error: RunError | None) -> Verdict:
    if error is None:
        return Verdict(test.name, "passed")
    detail = f"{error.type}: {error.message}"
    if isinstance(error, PolicyViolation):
        return Verdict(test.name, "refused", f"{error.code} {detail}")
    if not isinstance(error, GuestError):
        return Verdict(test.name, "limited", detail)
    return Verdict(test.name, "skipped" if error.type == "SkipTest" else "failed", detail)


# -- doctests
def _run_examples(file: TestFile, test: Test, engine: str) -> Verdict:
    chosen = _chosen(file, test)
    count, left_out = len(chosen), len(test.examples) - len(chosen)
    if not chosen:
        reasons = {reason for each in test.examples for reason in _reasons(file, test, each)}
        return Verdict(test.name, "excluded", "; ".join(sorted(reasons)), 0, left_out)
    with tempfile.TemporaryDirectory() as directory:
        session = _Session(engine, directory)
        nodes = [node for example in chosen for node in _parsed(example.source)]
        imports = any(SUPPORT in for_guests(example.source) for example in chosen)
        error = session.prepare(_home(file, test, nodes), support=imports)
        if error is not None:
            return dataclasses.replace(_verdict(test, error), examples=count, left_out=left_out)
        for example in chosen:
            wrong = _wrong(session, _at_home(file, example))
            if wrong is not None:
                return Verdict(test.name, wrong[0], f"{example.source.strip()!r}: {wrong[1]}", count, left_out)
    return Verdict(test.name, "passed", "", count, left_out)


def _home(file: TestFile, test: Test, nodes: list[ast.stmt]) -> str:
    if not test.home:
        return file.surroundings(nodes).text
    real = __import__(test.home, fromlist=["*"])
    names = sorted(name for name in free(nodes) if hasattr(real, name) and not name.startswith("__"))
    return "".join(f"from {test.home} import {name}\n" for name in names)


def _parsed(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError:
        return []


def _reasons(file: TestFile, test: Test, example: Example) -> list[str]:
    nodes = _parsed(example.source)
    if not nodes:
        return []
    aliases = {name: path for each in test.examples for node in _parsed(each.source) for name, path in _bound_by(node)}
    uses = file.surroundings(nodes, aliases).uses
    if test.home:
        uses.paths |= {f"{test.home}.{name}" for name in free(nodes)}
    return rules.matching(uses)


def _bound_by(node: ast.stmt) -> list[tuple[str, str]]:
    return list(imported(node).items()) if isinstance(node, (ast.Import, ast.ImportFrom)) else []


def _chosen(file: TestFile, test: Test) -> list[Example]:
    """The examples that no rule excludes, and that need nothing which an excluded one binds."""
    lost: set[str] = set()
    chosen: list[Example] = []
    for example in test.examples:
        nodes = _parsed(example.source)
        binds = bound(nodes)
        if _reasons(file, test, example) or free(nodes) & lost:
            lost |= binds
        else:
            lost -= binds
            chosen.append(example)
    return chosen


def _at_home(file: TestFile, example: Example) -> Example:
    """The example as it reads in the module ``__main__``, which a guest is."""
    module = f"test.{file.name}."
    error = None if example.error is None else example.error.replace(f"{module}", "__main__.")
    if error is not None:
        error = error.removeprefix("__main__.")
    return dataclasses.replace(example, want=example.want.replace(module, "__main__."), error=error)


def _wrong(session: _Session, example: Example) -> tuple[str, str] | None:
    """What is wrong with what an example gives: status and detail."""
    session.stdout.seek(0)
    session.stdout.truncate()
    outcome = session.engine.run(for_guests(example.source))
    error = outcome.error
    if error is None and outcome.value is not None:
        session.engine.set_variables({"_": outcome.value})
        error = session.run("print(repr(_))")
    checker = doctest.OutputChecker()
    if error is None:
        got = session.stdout.getvalue()
        got += "\n" if got and not got.endswith("\n") else ""  # as the library's doctest does
        if example.error is None and checker.check_output(example.want, got, example.options):
            return None
        return "failed", f"gave {got!r}, not {example.error or example.want!r}"
    told = f"{error.type}: {error.message}\n"
    if isinstance(error, GuestError) and example.error is not None:
        if example.options & doctest.IGNORE_EXCEPTION_DETAIL:
            want, told = (text.partition(":")[0].rpartition(".")[2].strip() for text in (example.error, told))
        else:
            want, told = (text.rstrip().removesuffix(":") for text in (example.error, told))
        if checker.check_output(want + "\n", told + "\n", example.options):
            return None
    status: Any = _verdict(Test(""), error).status
    return status, f"raised {told!r}, not {example.error or example.want!r}"
