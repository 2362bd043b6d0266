"""The pytest plugin: ``pytest --hardcell-executor=module:factory`` runs the conformance suite on your executor.

``factory(policy=…, limits=…)`` gives a fresh executor. With no other arguments only the suite runs; with paths it
runs in addition to them.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

pytest.register_assert_rewrite("executors.testing.case", "executors.testing.cases")

SUITE = Path(__file__).with_name("suite.py")
OPTION = "--hardcell-executor"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one option."""
    group = parser.getgroup("hardcell")
    group.addoption(OPTION, metavar="MODULE:FACTORY", help="run hardcell's conformance suite on this executor factory")


def pytest_configure(config: pytest.Config) -> None:
    """Add the suite to what is collected."""
    if not config.getoption(OPTION):
        return
    load_factory(config)
    if config.args_source is pytest.Config.ArgsSource.ARGS:
        config.args.append(str(SUITE))
    else:
        config.args[:] = [str(SUITE)]


def load_factory(config: pytest.Config) -> object:
    """The factory that the option names.

    Raises:
        pytest.UsageError: it is not ``module:factory``, or cannot be imported.
    """
    text = str(config.getoption(OPTION))
    module, _, name = text.partition(":")
    if not module or not name:
        raise pytest.UsageError(f"{OPTION}={text} is not MODULE:FACTORY")
    if str(config.invocation_params.dir) not in sys.path:
        sys.path.insert(0, str(config.invocation_params.dir))
    try:
        factory = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise pytest.UsageError(f"{OPTION}={text}: {error}") from None
    if not callable(factory):
        raise pytest.UsageError(f"{OPTION}={text}: {name} is not callable")
    return factory
