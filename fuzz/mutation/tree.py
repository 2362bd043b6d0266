"""A copy of the tree in which one file at a time is another."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .mutant import Edit, Mutant, edited
from .source import ROOT

PARTS = ("sandbox", "executors", "agents", "tests", "fuzz", "docs", "examples")
CODE = ("sandbox", "executors")
FILES = ("pyproject.toml", "README.md", "CHANGELOG.md", "SECURITY.md", "Makefile")
PLACE = "/var/tmp"
"""Where copies lie: /tmp is hidden where mutants are tried."""


def _directory() -> Path:
    return Path(tempfile.mkdtemp(prefix="hardcell-mutants-", dir=PLACE))


class Tree:
    """A copy that every user may read, compiled files included. Remove it with ``remove``."""

    def __init__(self) -> None:
        self.root = _directory()
        self._edits = 0
        ignore = shutil.ignore_patterns("found")
        for name in PARTS:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, self.root / name, ignore=ignore)
        for name in FILES:
            if (ROOT / name).is_file():
                shutil.copy2(ROOT / name, self.root / name)
        for directory, _, names in os.walk(self.root):
            os.chmod(directory, 0o755)
            for name in names:
                os.chmod(os.path.join(directory, name), 0o644)

    def copy(self) -> Tree:
        """Another, as this one is now."""
        made = object.__new__(Tree)
        made.root, made._edits = _directory(), self._edits
        shutil.copytree(self.root, made.root, dirs_exist_ok=True)
        return made

    def compile(self) -> None:
        """Write what Python would write at the first import, as mutants are tried on a read-only copy."""
        compileall = [sys.executable, "-m", "compileall", "-q", *CODE]
        subprocess.run(compileall, cwd=self.root, check=False, stdout=subprocess.DEVNULL)

    @contextlib.contextmanager
    def mutated(self, *mutants: Mutant) -> Iterator[None]:
        """The mutants in their places; afterwards the files are as they were, with the times they had."""
        edits: dict[str, list[Edit]] = {}
        for mutant in mutants:
            edits.setdefault(mutant.path, []).extend(mutant.edits)
        with contextlib.ExitStack() as undone:
            for path, changes in edits.items():
                undone.callback(self._restore, path, *self._change(path, changes))
            yield

    def _change(self, path: str, changes: list[Edit]) -> tuple[str, int]:
        file = self.root / path
        text, before = file.read_text(encoding="utf-8"), file.stat().st_mtime_ns
        self._edits += 1
        file.write_text(edited(text, changes), encoding="utf-8")
        # A compiled file is believed when the whole seconds and the size of its source are as they were.
        later = before + self._edits * 10_000_000_000
        os.utime(file, ns=(later, later))
        return text, before

    def _restore(self, path: str, text: str, before: int) -> None:
        (self.root / path).write_text(text, encoding="utf-8")
        os.utime(self.root / path, ns=(before, before))

    def remove(self) -> None:
        """Take it away."""
        shutil.rmtree(self.root, ignore_errors=True)
