"""RestrictedPython with the guards and builtins that it ships, and the import of a few modules that it calls safe.

``_getattr_`` raises for an attribute that is missing, as the guards of its largest user do.
"""

from __future__ import annotations

import importlib
from typing import Any

SAFE_MODULES = ("math", "random", "string")


def play(code: str, names: dict[str, Any]) -> object:
    """Run the program; what its variable ``result`` holds."""
    peer = importlib.import_module("RestrictedPython")
    guards = importlib.import_module("RestrictedPython.Guards")
    eval_guards = importlib.import_module("RestrictedPython.Eval")
    printing = importlib.import_module("RestrictedPython.PrintCollector")

    def attribute(of: object, name: str) -> object:
        guards.safer_getattr(of, name)
        return getattr(of, name)

    def import_safe(name: str, *others: Any) -> object:
        if name not in SAFE_MODULES:
            raise ImportError(f"{name} is not offered")
        return importlib.import_module(name)

    builtins = {**guards.safe_builtins, **peer.limited_builtins, **peer.utility_builtins}
    builtins |= {"__import__": import_safe, "_getattr_": attribute}
    space: dict[str, Any] = {
        "__builtins__": builtins,
        "__name__": "guest",
        "__metaclass__": type,
        "_getattr_": attribute,
        "_getitem_": eval_guards.default_guarded_getitem,
        "_getiter_": eval_guards.default_guarded_getiter,
        "_iter_unpack_sequence_": guards.guarded_iter_unpack_sequence,
        "_unpack_sequence_": guards.guarded_unpack_sequence,
        "_write_": guards.full_write_guard,
        "_print_": printing.PrintCollector,
        **names,
    }
    exec(peer.compile_restricted(code, "<guest>", "exec"), space)
    return space.get("result")
