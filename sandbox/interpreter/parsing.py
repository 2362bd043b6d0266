"""CPython's parser, whose stack may run out before the memory does.

Invariants: the tree and the errors are those of ``ast.parse``; a MemoryError for nesting is told from one for memory.
"""

from __future__ import annotations

import ast
from typing import Any

TOO_COMPLEX = "Parser stack overflowed - Python source too complex to parse"
"""What CPython says from 3.12 on of source that nests deeper than its parser's stack; 3.11 says nothing."""

_BYTES_A_CHARACTER = 1 << 10
_SOME = 8 << 20


def parse(code: str, filename: str, mode: str, memory: int) -> Any:
    """The syntax tree of guest source; ``memory`` is the limit in bytes.

    Raises:
        SyntaxError, ValueError, RecursionError: as ``ast.parse`` does.
        MemoryError: memory ran out; with ``TOO_COMPLEX`` as its message, the parser's stack did.
    """
    try:
        return ast.parse(code, filename, mode)
    except MemoryError as error:
        if error.args != (TOO_COMPLEX,) and not _is_small(code, memory):
            raise
    raise MemoryError(TOO_COMPLEX)


def _is_small(code: str, memory: int) -> bool:
    """Whether a tree of source of this size needs far less than the memory that there is."""
    if len(code) * _BYTES_A_CHARACTER > memory:
        return False
    try:
        bytearray(_SOME)
    except MemoryError:
        return False
    return True


def is_too_complex(error: BaseException) -> bool:
    """Whether the error is the parser's about nesting."""
    return type(error) is MemoryError and error.args == (TOO_COMPLEX,)
