"""The state of the host's process that its other code would notice, to be compared before and after a case.

Invariants: taking it changes nothing; two of them are equal unless something of the process was changed.
"""

from __future__ import annotations

import atexit
import builtins
import decimal
import gc
import hashlib
import json
import locale
import logging
import os
import random
import resource
import signal
import socket
import sys
import threading
import warnings
from typing import Any

_SHARED = (
    "base64", "bisect", "collections", "copy", "csv", "datetime", "decimal", "fractions", "functools", "hashlib",
    "heapq", "inspect", "io", "itertools", "json", "math", "operator", "os", "os.path", "pathlib", "random", "re",
    "shutil", "statistics", "string", "struct", "sys", "tempfile", "textwrap", "time", "traceback", "types", "typing",
    "uuid",
)  # fmt: skip
"""Modules that guests may import and whose public names are compared."""


class Fingerprint:
    """What stood at one moment. ``changed`` names the parts that are another now."""

    def __init__(self) -> None:
        self._modules = {name: id(module) for name, module in list(sys.modules.items())}
        self._library = {
            (module, name): id(value)
            for module in _SHARED
            if module in sys.modules
            for name, value in vars(sys.modules[module]).items()
            if not name.startswith("_")
        }
        self._state = _state()

    def changed(self) -> list[str]:
        """Names of the parts that are not what they were; modules that came are none, one that was replaced is."""
        now = _state()
        found = [name for name, before in self._state.items() if before != now[name]]
        if any(id(sys.modules.get(name)) != before for name, before in self._modules.items()):
            found.append("modules")
        absent = object()
        for (module, name), before in self._library.items():
            if id(vars(sys.modules.get(module, sys)).get(name, absent)) != before:
                found.append(f"{module}.{name}")
        return found


def _state() -> dict[str, Any]:
    context = decimal.getcontext()
    return {
        "builtins": {name: id(value) for name, value in vars(builtins).items() if name != "_"},
        "decimal": (context.prec, context.rounding, dict(context.traps)),
        "directory": os.getcwd(),
        "encoder": sorted((name, id(value)) for name, value in vars(json.JSONEncoder).items()),
        "environment": dict(os.environ),
        "gc": (gc.isenabled(), gc.get_threshold(), len(gc.callbacks)),
        "handlers": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "hooks": [id(hook) for hook in (sys.excepthook, sys.displayhook, sys.unraisablehook, sys.breakpointhook)],
        "import": (list(sys.path), [id(one) for one in (*sys.meta_path, *sys.path_hooks)]),
        "leaving": atexit._ncallbacks(),
        "limits": [resource.getrlimit(kind) for kind in (resource.RLIMIT_AS, resource.RLIMIT_NOFILE)],
        "locale": locale.setlocale(locale.LC_ALL),
        "logging": (logging.root.level, len(logging.root.handlers), logging.root.manager.disable),
        "random": hashlib.sha256(repr(random.getstate()).encode()).digest(),
        "recursion": sys.getrecursionlimit(),
        "sockets": socket.getdefaulttimeout(),
        "streams": [id(one) for one in (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__)],
        "switch": sys.getswitchinterval(),
        "threads": threading.active_count(),
        "tracing": (sys.gettrace(), sys.getprofile()),
        "warnings": [id(one) for one in warnings.filters],
    }
