"""Definitions and the code objects that CPython makes of them.

Invariants: definitions are compiled and their code objects picked out, never run.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Sequence
from typing import Any

from .sources import Found, Wrapped, define, wrap


def find(found: Sequence[Found], code: types.CodeType) -> Found | None:
    """The function among these whose code this is."""
    if code.co_name != "<lambda>":
        named = [each for each in found if getattr(each.node, "name", None) == code.co_name]
        return next((each for each in named if each.first_line() == code.co_firstlineno), None)
    places = [place for place in list(code.co_positions()) if None not in place and place[2] != place[3]]
    lambdas = [each for each in found if isinstance(each.node, ast.Lambda)]
    around = [each for each in lambdas if each.node.lineno == code.co_firstlineno]
    around = [each for each in around if all(_holds(each.node.body, place) for place in places)]
    if len(around) > 1:
        around = [each for each in around if _is_of(code, each)]
    return max(around, key=lambda each: each.position()[:2], default=None)


def _is_of(code: types.CodeType, found: Found) -> bool:
    """Whether the function compiles to just this: constants alone leave no positions to tell lambdas of a line by."""
    wrapped = wrap(define(code.co_filename, found, code.co_qualname, code.co_freevars))
    own = pick(compile(wrapped.tree, code.co_filename, "exec", dont_inherit=True), wrapped)
    same = ("co_code", "co_names", "co_varnames", "co_freevars", "co_argcount", "co_kwonlyargcount")
    consts = [[each for each in one.co_consts if type(each) is not types.CodeType] for one in (own, code)]
    return all(getattr(own, name) == getattr(code, name) for name in same) and repr(consts[0]) == repr(consts[1])


def _holds(body: Any, place: Any) -> bool:
    line, until, start, stop = place
    begins, ends = (body.lineno, body.col_offset), (body.end_lineno, body.end_col_offset)
    return begins <= (line, start) and (until, stop) <= ends


def pick(module: types.CodeType, wrapped: Wrapped) -> types.CodeType:
    """The code object of the definition in that of the tree around it."""
    names = [wrapped.maker.name, *([wrapped.holder.name] if wrapped.holder else [])]
    code = module
    for name in [*names, getattr(wrapped.node, "name", "<lambda>")]:
        code = next(each for each in code.co_consts if type(each) is types.CodeType and each.co_name == name)
    return code


def renamed(code: types.CodeType, old: str, new: str) -> types.CodeType:
    """The code, and all code in it, with the qualified name that it had where it was defined."""
    consts = tuple(renamed(each, old, new) if type(each) is types.CodeType else each for each in code.co_consts)
    return code.replace(co_consts=consts, co_qualname=new + code.co_qualname.removeprefix(old))
