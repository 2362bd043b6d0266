"""The pages that runs write to: found by watching a child, made a copy's own on request."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.jail.harness import ROOT, TIMEOUT_S
from tests.jail.warmth_host import SCENES


@pytest.mark.parametrize("scene", SCENES)
def test_what_is_written_is_a_copys_own(scene: str) -> None:
    command = [sys.executable, "-m", "tests.jail.warmth_host", scene]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
