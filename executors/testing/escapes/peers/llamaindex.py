"""How llama-index evaluates generated expressions: the one module of the package that does it, with its own checks."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from typing import Any

_DISTRIBUTION, _MODULE = "llama-index-core", "llama_index/core/exec_utils.py"


def play(code: str, names: dict[str, Any]) -> object:
    """The value of the expression."""
    place = importlib.metadata.distribution(_DISTRIBUTION).locate_file(_MODULE)
    spec = importlib.util.spec_from_file_location("exec_utils", str(place))
    if spec is None or spec.loader is None:
        raise ImportError(f"{place} is no module")
    peer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(peer)
    return peer.safe_eval(code.strip(), {}, names)
