"""The engine that these tests speak to, or why there is none."""

from __future__ import annotations

from typing import Any

import pytest

from executors.docker.client import connect
from sandbox.errors import BackendUnavailable
from tests.docker.engine_here import GET_ONE


def engine() -> Any:
    """A client of the engine; skips where none answers."""
    try:
        return connect()
    except BackendUnavailable as error:
        pytest.skip(f"needs backend docker: {error.message}; {GET_ONE}")
