"""Scanning in a worker: limits, crashes and lies of the worker, several sources after each other."""

from __future__ import annotations

import dataclasses

import pytest

from executors.scan import Scanned, Scanner, scan
from executors.scan.scanner import _believed
from sandbox.errors import BackendUnavailable
from sandbox.limits import Limits
from sandbox.policy import Deny, Policy
from sandbox.scanning import MOST_FINDINGS

ROW = ["policy", "PolicyViolation", "HC101", "attribute 'gi_frame'", "before", 1, 1, 1, 11]


def codes(scanned: Scanned) -> list[str]:
    return [finding.code or finding.type for finding in scanned.findings]


def test_a_source_is_scanned_in_one_call() -> None:
    found = scan("x.gi_frame\nsearch = 1", tools=["search"])
    assert codes(found) == ["HC101", "HC104"]
    assert not found.is_clean
    assert scan("print(1)") == Scanned("<source>", "print(1)")
    assert scan("print(1)").is_clean


def test_what_only_the_compiler_sees_is_told_beside_refusals() -> None:
    assert codes(scan("return 1\nx.gi_frame")) == ["SyntaxError", "HC101"]


def test_many_sources_are_read_by_one_worker() -> None:
    with Scanner() as scanner:
        worker = scanner._executor._session.live_link()  # type: ignore[attr-defined]
        found = [
            codes(scanner.scan(code)) for code in ("import socket", "1 +", "final_answer(1)", "x.__globals__", "1")
        ]
        assert scanner._executor._session.live_link() is worker  # type: ignore[attr-defined]
    assert found == [["HC201"], ["SyntaxError"], [], ["HC101"], []]


def test_handled_imports_leave_a_source_clean() -> None:
    found = scan("try:\n import socket\nexcept ImportError:\n socket = None")
    assert [finding.when for finding in found.findings] == ["caught"]
    assert found.is_clean


def test_no_decision_is_asked_for_since_nothing_runs() -> None:
    policy = Policy.standard(decide=lambda request: Deny("never"))
    with Scanner(policy=policy) as scanner:
        assert scanner.scan("1").is_clean


def test_a_source_that_takes_too_much_is_no_clean_source() -> None:
    with Scanner(limits=Limits(memory_mb=48)) as scanner:
        large = scanner.scan("x = [" + "y, " * 400_000 + "]")
        assert codes(large) == ["HC603"]
        assert large.findings[0].what.startswith("memory ran out")
        assert codes(scanner.scan("x.gi_frame")) == ["HC101"]


def test_a_source_that_takes_too_long_is_no_clean_source() -> None:
    with Scanner(limits=Limits(wall_s=0.2, memory_mb=2048)) as scanner:
        scanner.scan("1")
        assert codes(scanner.scan("x = [" + "y, " * 3_000_000 + "]")) == ["HC601"]


@pytest.mark.parametrize("code", ["(" * 100_000, "a" + "[" * 90_000, "-" * 500_000 + "1", "f(" * 90 + ")" * 90])
def test_deep_source_is_told_and_the_worker_lives(code: str) -> None:
    with Scanner() as scanner:
        found = scanner.scan(code)
        assert codes(scanner.scan("x.gi_frame")) == ["HC101"]
    assert found.is_clean == code.startswith("f(")


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        [[], 0, 0],
        [[ROW], -1],
        [[ROW], True],
        [(ROW,), 0],
        [[ROW[:-1]], 0],
        [[ROW] * (MOST_FINDINGS + 2), 0],
    ],
)
def test_what_a_worker_says_is_not_believed_before_it_was_checked(answer: object) -> None:
    with pytest.raises(ValueError, match="a finding|the worker's answer"):
        _believed(answer)


def test_an_answer_that_is_none_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    with Scanner(enclosure="inprocess", min_isolation="none") as scanner:
        run = scanner._executor.run
        monkeypatch.setattr(
            scanner._executor, "run", lambda code: dataclasses.replace(run(code), value=[["all is well"], 0])
        )
        found = scanner.scan("x.gi_frame")
    assert codes(found) == ["ProtocolError"]
    assert not found.is_clean


def test_arguments_are_those_of_executors() -> None:
    with pytest.raises(ValueError, match="unknown engine"):
        Scanner(engine="steam")
    with pytest.raises(ValueError, match="no reviewed facade"):
        Scanner(policy=Policy.standard(imports=["torch"]))
    with pytest.raises(ValueError, match="name of a tool|identifier"):
        Scanner(tools=["a b"])
    with pytest.raises(ValueError, match="never runs in this process"):
        Scanner(engine="cpython", enclosure="inprocess", min_isolation="none")
    with pytest.raises(BackendUnavailable):
        Scanner(enclosure="inprocess")
    with Scanner() as scanner, pytest.raises(TypeError):
        scanner.scan(b"1")  # type: ignore[arg-type]
