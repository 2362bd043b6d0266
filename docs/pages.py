"""A page that is generated and committed: writing it, or telling that it is not what the tables say."""

from __future__ import annotations

import sys
from pathlib import Path


def publish(name: str, wanted: str, arguments: list[str]) -> int:
    """Write the page of that name beside this file; with ``--check`` only compare, and give 1 when it differs."""
    page = Path(__file__).parent / name
    if arguments == ["--check"]:
        same = page.exists() and page.read_text(encoding="utf-8") == wanted
        if not same:
            print(f"{name} is not what the tables say: run `make docs`", file=sys.stderr)
        return 0 if same else 1
    page.write_text(wanted, encoding="utf-8")
    return 0
