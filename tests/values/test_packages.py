"""Which packages a receiver uses: what is imported, what the policy allows; and it looks for one once."""

from __future__ import annotations

import sys
import types
from typing import Any

import pytest

from sandbox.errors import DecodeError
from sandbox.values import packages


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were looked for; none of them is there."""
    asked: list[str] = []

    def load(name: str) -> Any:
        asked.append(name)

    monkeypatch.setattr(packages, "_load", load)
    for name in ("numpy", "pandas"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return asked


def test_host_looks_once_for_what_its_policy_allows(loads: list[str]) -> None:
    find = packages.on_host(lambda name: name == "pandas")
    assert [find("pandas"), find("pandas"), find("numpy")] == [None, None, None]
    assert loads == ["pandas"]


def test_host_uses_what_is_imported_whatever_the_policy(loads: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pandas = types.ModuleType("pandas")
    monkeypatch.setitem(sys.modules, "pandas", pandas)
    assert packages.on_host(lambda name: False)("pandas") is pandas and packages.imported("pandas") is pandas
    assert loads == []


def test_guest_refuses_what_it_lacks_and_meets_what_it_has(loads: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    met: list[str] = []
    find = packages.in_guest(lambda name: name == "pandas", met.append)
    assert find("numpy") is None and met == []
    with pytest.raises(DecodeError, match="a value of PIL, which this session does not have"):
        find("PIL.Image")
    pandas = types.ModuleType("pandas")
    monkeypatch.setitem(sys.modules, "pandas", pandas)
    assert find("pandas") is pandas and find("pandas") is pandas and met == ["pandas"]


def test_guest_whose_policy_lacks_a_package_has_not_got_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", types.ModuleType("pandas"))
    with pytest.raises(DecodeError, match="a value of pandas"):
        packages.in_guest(lambda name: False, lambda package: None)("pandas")
