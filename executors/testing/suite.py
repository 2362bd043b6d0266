"""The conformance suite as pytest items; collected by the plugin, never by name."""

from __future__ import annotations

from typing import cast

import pytest

from executors.testing import CASES, Factory, NotApplicable, run_case
from executors.testing.plugin import load_factory


@pytest.fixture(scope="session")
def hardcell_factory(pytestconfig: pytest.Config) -> Factory:
    """The factory under test."""
    return cast(Factory, load_factory(pytestconfig))


@pytest.mark.parametrize("name", sorted(CASES))
def test_conformance(name: str, hardcell_factory: Factory) -> None:
    """One case on a fresh executor."""
    try:
        run_case(CASES[name], hardcell_factory)
    except NotApplicable as reason:
        pytest.skip(str(reason))
