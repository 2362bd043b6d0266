"""The pages are true: their Python blocks run, and the generated page is what the tables say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
BLOCK = re.compile(r"(<!-- not run: [^>]+ -->\n)?```python\n(.*?)```", re.DOTALL)


def runnable_blocks(page: Path) -> list[str]:
    """The Python blocks of a page but those marked as not run."""
    return [code for mark, code in BLOCK.findall(page.read_text(encoding="utf-8")) if not mark]


@pytest.mark.parametrize("name", ["docs/how-to.md", "docs/audit.md", "docs/determinism.md", "README.md"])
def test_examples_run(name: str, tmp_path: Path) -> None:
    blocks = runnable_blocks(ROOT / name)
    assert blocks
    script = tmp_path / "page.py"
    script.write_text("\n".join(blocks), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, timeout=120, env=ENVIRONMENT
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["limitations.py", "limits.py", "modules.py", "seccomp.py"])
def test_generated_pages_are_what_the_tables_say(name: str) -> None:
    script = str(ROOT / "docs" / name)
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
