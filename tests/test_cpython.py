"""CPython's own language tests, run as guests of the guarded engines: what passes, what does not and why.

The lists of ``tests/cpython/failing`` are the interpreter's; where engine ``restricted`` does otherwise stands in the
table of divergences. Both are held both ways: a test that is not listed must pass, a listed one must fail.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence

import pytest

from sandbox import facades, names, safe_builtins
from sandbox.facades.catalogue import SPECS
from sandbox.refusals import TABLE
from tests.cpython import inventory, report, rules
from tests.cpython.guest import Verdict
from tests.cpython.harness import verdicts
from tests.cpython.source import TestFile

Found = Mapping[str, Sequence[Verdict]]
LEAST_RUN = 1200
LEAST_PERCENT = {"interpreter": 97, "restricted": 95}


@pytest.fixture(scope="module", params=["interpreter", "restricted"])
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def found(engine: str) -> Found:
    why = inventory.missing()
    if why:
        pytest.skip(f"needs Lib/test: {why}")
    return verdicts(engine, inventory.FILES, os.cpu_count() or 1)


@pytest.mark.slow
def test_what_fails_is_listed_and_what_is_listed_fails(found: Found, engine: str) -> None:
    told = {test: f"{verdict.status}: {verdict.detail}" for test, verdict in report.failing(found).items()}
    listed = report.expected(engine)
    assert {test: told[test] for test in told.keys() - listed.keys()} == {}
    assert listed.keys() - told.keys() == set()


@pytest.mark.slow
def test_what_fails_is_refused_with_the_code_that_the_list_has(found: Found, engine: str) -> None:
    listed = report.expected(engine)
    codes = {test: f"refused {verdict.detail[:5]}" for test, verdict in report.failing(found).items() if verdict.detail}
    assert {test: code for test, code in codes.items() if not listed.get(test, "").startswith(f"{code}: ")} == {}


@pytest.mark.slow
def test_most_tests_run_and_nearly_all_of_those_pass(found: Found, engine: str) -> None:
    counts = report.counted([verdict for each in found.values() for verdict in each])
    assert counts["run"] >= LEAST_RUN
    assert 100 * counts["passed"] >= LEAST_PERCENT[engine] * counts["run"]


@pytest.mark.slow
def test_every_rule_excludes_something_on_some_python(found: Found) -> None:
    excluded = [one for each in found.values() for one in each if one.status == "excluded"]
    used = {reason for one in excluded for reason in one.detail.split("; ")}
    assert used <= {str(rule) for rule in rules.RULES}
    assert len(used) > len(rules.RULES) // 2


def test_every_failing_test_is_refused_aloud() -> None:
    for path in sorted(report.EXPECTED.glob("*.txt")):
        for test, why in report.read(path).items():
            code = re.match(r"refused (HC\d{3}): .", why)
            assert code and code[1] in TABLE, f"{path.name}: {test}"


@pytest.mark.parametrize("rule", [rule for rule in rules.RULES if rule.kind == "attribute"], ids=str)
def test_an_excluded_attribute_is_one_that_the_gate_refuses(rule: rules.Rule) -> None:
    assert names.classify(rule.name) in ("refused", "private") or rule.name in rules.UNOFFERED_METHODS


@pytest.mark.parametrize("rule", [rule for rule in rules.RULES if rule.kind == "definition"], ids=str)
def test_an_excluded_definition_is_one_that_classes_may_not_bind(rule: rules.Rule) -> None:
    assert not names.may_define(rule.name)


@pytest.mark.parametrize("rule", [rule for rule in rules.RULES if rule.kind == "path"], ids=str)
def test_an_excluded_path_is_not_offered_to_guests(rule: rules.Rule) -> None:
    module, _, name = rule.name.rpartition(".")
    if rule.name.startswith("test."):
        return  # CPython's own helpers, for which guests have a stand-in without these
    assert rule.name not in facades.KNOWN
    if module in facades.KNOWN:
        assert name not in (*SPECS[module].names, *SPECS[module].own)


def test_excluded_builtins_are_not_offered() -> None:
    excluded = {rule.name for rule in rules.RULES if rule.kind == "builtin"}
    assert excluded - {"__file__", "__debug__"} <= set(safe_builtins.LEFT_OUT)


# -- the harness itself
def test_a_program_is_cut_down_to_what_a_test_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    text = """import gc, io
from test.support import cpython_only, run_with_locale
from itertools import *

def helper():
    return io.StringIO()

def other():
    return gc.collect()

class Case(TestCase):
    '''Doc.'''
    number = 1

    @cpython_only
    def test_one(self):
        '''with
        lines'''
        return helper(), self.number, chain

    def test_two(self):
        other()

Case.added = count
"""
    monkeypatch.setattr("tests.cpython.source.source_of", lambda name: text)
    one = inventory.Test("Case.test_one", "Case", "test_one", ("Case",))
    two = inventory.Test("Case.test_two", "Case", "test_two", ("Case",))
    file = TestFile("test_x", [one, two])
    program = file.program(one)
    lines = program.text.splitlines()
    assert lines[0] == "import io"
    assert lines[1] == "cpython_only = test_support.cpython_only"
    assert sorted(lines[2].split("; ")) == ["from itertools import chain", "from itertools import count"]
    assert lines[4:6] == text.splitlines()[4:6]
    assert lines[7:9] == ["", ""]
    assert lines[10:19] == [*text.splitlines()[10:11], "    pass", *text.splitlines()[12:19]]
    assert lines[19:22] == ["", "", ""]
    assert lines[-1] == "Case.added = count"
    assert rules.matching(program.uses) == []
    assert rules.matching(file.program(two).uses) == ["path gc"]


def test_rules_look_at_names_that_are_free_only(monkeypatch: pytest.MonkeyPatch) -> None:
    text = """import gc
class Case(TestCase):
    def test_local(self):
        gc = compile = 1
        return gc, compile

    def test_inner(self):
        import pickle as p
        return p.dumps(1)

    def test_text(self):
        return getattr(self, "__reduce__")

    def test_defines(self):
        class Inner:
            def __del__(self):
                pass
"""
    monkeypatch.setattr("tests.cpython.source.source_of", lambda name: text)
    methods = ("test_local", "test_inner", "test_text", "test_defines")
    tests = [inventory.Test(f"Case.{name}", "Case", name, ("Case",)) for name in methods]
    file = TestFile("test_x", tests)
    matched = [rules.matching(file.program(test).uses) for test in tests]
    assert matched == [[], ["path pickle"], ["attribute __reduce__"], ["definition __del__"]]


def test_the_lists_are_of_pythons_that_are_supported() -> None:
    assert {path.stem for path in report.EXPECTED.glob("*.txt")} >= {"3.11", "3.12", "3.13"}
    assert sys.version_info >= (3, 11)
