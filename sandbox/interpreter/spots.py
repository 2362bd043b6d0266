"""Which part of a template failed: from the instruction to the node of the guest's source.

The text of a template is known, and CPython keeps for each instruction the columns of the text it was compiled from.
The smallest spot that contains them is where the guest's program failed; without one it is the template's own node.
"""

from __future__ import annotations

import dis
import itertools
import types

from .shapes import AT, Place, Position

_HEAD_LINES = 3
"""Lines of a template's source before its body's first, counted from one."""
_INDENT = 8


def position(place: Place, code: types.CodeType, instruction: int) -> Position | None:
    """The position in the guest's source, where one is known; ``instruction`` is the ``tb_lasti`` of the frame."""
    if len(place) == 4:
        return place
    own, text, groups, _, _ = place
    failed, line = _text_of(text, code, instruction)
    best = ""
    if failed:
        for first, last, spots in groups:
            names = [f"a{k}" for k in range(first, last)]
            for part, where in spots:
                named = part.format(*names)
                here = "\n" in named or _contains(line, named)
                if here and _contains(named, failed) and not (best and len(best) <= len(named)):
                    best, own = named, where
    return own


def is_at_the_head(code: types.CodeType, instruction: int) -> bool:
    """Whether a function is where its own line is, before its body: what was thrown into it came before it began."""
    found = next(itertools.islice(code.co_positions(), instruction // 2, None), None)
    return found is not None and found[0] == code.co_firstlineno


def is_whole(code: types.CodeType) -> bool:
    """Whether the code of a guest's function is one template itself."""
    return AT in code.co_freevars


def runs_a_block(code: types.CodeType, instruction: int) -> bool:
    """Whether an instruction of a template calls the closure of statements: it passes on what they raise."""
    loaded: dis.Instruction | None = None
    last: dis.Instruction | None = None
    for each in dis.get_instructions(code):
        if each.offset > instruction:
            break
        last = each
        if each.opname == "LOAD_DEREF":
            loaded = each
    if loaded is None or last is None or last.opname != "CALL" or not (loaded.positions and last.positions):
        return False
    return loaded.positions[::2] == last.positions[::2] and str(loaded.argval).lstrip(".").startswith("v")


def _contains(text: str, part: str) -> bool:
    """Whether the part is in the text with whole names: ``a1`` is not in ``a12``."""
    start = text.find(part)
    while start >= 0:
        if not text[start + len(part) : start + len(part) + 1].isdigit():
            return True
        start = text.find(part, start + 1)
    return False


def _text_of(text: str, code: types.CodeType, instruction: int) -> tuple[str, str]:
    """The part of a template's text that an instruction comes from, or its first line, and that line of the template;
    empty when unknown.
    """
    found = next(itertools.islice(code.co_positions(), instruction // 2, None), None)
    if found is None:
        return "", ""
    line, last, column, end = found
    lines = text.split("\n")
    first = code.co_firstlineno + 1 if is_whole(code) else _HEAD_LINES
    if line is None or column is None or end is None or not 0 <= line - first < len(lines):
        return "", ""
    found_line = lines[line - first]
    return found_line[column - _INDENT : end - _INDENT if line == last else None], found_line
