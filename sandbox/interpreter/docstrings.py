"""Docstrings, as the running Python's compiler keeps them."""

from __future__ import annotations

import ast
import sys
from typing import Any

_INDENTATION_IS_TAKEN_OFF = sys.version_info >= (3, 13)


def docstring(node: Any) -> str | None:
    """What ``__doc__`` of a module, class or function is, None where it has no docstring."""
    doc = ast.get_docstring(node, clean=False)
    return doc if doc is None or not _INDENTATION_IS_TAKEN_OFF else _without_indentation(doc)


def _without_indentation(doc: str) -> str:
    """What the compiler does since 3.13: only spaces count, and no line is dropped, unlike ``inspect.cleandoc``."""
    first, *rest = doc.expandtabs().split("\n")
    margin = min((len(line) - len(line.lstrip(" ")) for line in rest if line.strip(" ")), default=0)
    return "\n".join([first.lstrip(" "), *(line[min(margin, len(line) - len(line.lstrip(" "))) :] for line in rest)])
