"""Summary: what a recording keeps of a result, and which of it a replay must meet again.

Invariants: plain JSON data, bounded as results are; a large value is kept as its digest and its repr; nothing that was
measured is compared, nor is the output of a run that a clock ended.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sandbox.protocol import Frame
from sandbox.protocol.failures import to_plain
from sandbox.result import Result

TIMED = frozenset({"wall_s", "cpu_s", "total_wall_s", "tool_wall_s", "interrupt"})
"""Limits that strike at another place each time."""
_ERROR_FIELDS = ("kind", "type", "message", "code", "line")
_FIELDS: dict[str, type] = {
    "value_repr": str,
    "value_sha256": str,
    "stdout": str,
    "stderr": str,
    "is_final_answer": bool,
    "variables": list,
    "artifacts": list,
    "state": str,
}


def digest_of(done: Frame | None) -> str:
    """The digest of a run's encoded value. To be taken before the value is decoded, which uses it up."""
    text = json.dumps(done and done["value"], ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def summary_of(result: Result, value_sha256: str) -> dict[str, Any]:
    """The fields of ``_FIELDS``, and ``error``: None or its plain form."""
    return {
        "value_repr": result.value_repr,
        "value_sha256": value_sha256,
        "stdout": result.stdout,
        "stderr": result.stderr,
        "is_final_answer": result.is_final_answer,
        "variables": [list(dataclasses.astuple(variable)) for variable in result.variables],
        "artifacts": [[artifact.name, artifact.size, artifact.digest] for artifact in result.artifacts],
        "state": result.state,
        "error": None if result.error is None else to_plain(result.error),
    }


def is_summary(value: Any) -> bool:
    """Whether this has the form of a summary."""
    if type(value) is not dict or value.keys() != {*_FIELDS, "error"}:
        return False
    error = value["error"]
    return all(type(value[name]) is kind for name, kind in _FIELDS.items()) and (
        error is None or (type(error) is dict and {*_ERROR_FIELDS, "traceback"} <= error.keys())
    )


def is_timed(summary: Mapping[str, Any]) -> bool:
    """Whether a clock ended this run."""
    return limit_of(summary) in TIMED


def limit_of(summary: Mapping[str, Any]) -> str | None:
    """The limit that ended this run, if one did."""
    error = summary["error"]
    limit = None if error is None else error.get("limit")
    return limit if type(limit) is str else None


def first_difference(
    recorded: Mapping[str, Any], now: Mapping[str, Any], *, same_engine: bool
) -> tuple[str, Any, Any] | None:
    """What differs, how it was, how it is; None when all that must agree does.

    Another engine shows classes and functions of the library otherwise, so there only the names of variables agree.
    """
    for name, was, is_ in _compared(recorded, now):
        if name == "variables" and not same_engine:
            was, is_ = ([row[0] for row in rows] for rows in (was, is_))
        if was != is_:
            return name, was, is_
    return None


def _compared(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    was, is_ = recorded["error"], now["error"]
    if was is None or is_ is None:
        rows = [("error", _words(was), _words(is_))]
    elif was["kind"] == is_["kind"] == "limit":
        # The text of a limit says how much was used.
        rows = [("limit", was.get("limit"), is_.get("limit"))]
    else:
        rows = [(f"error {name}", was[name], is_[name]) for name in _ERROR_FIELDS]
    rows.append(("state", recorded["state"], now["state"]))
    if is_timed(recorded):
        return rows
    return rows + [(name, recorded[name], now[name]) for name in _FIELDS if name != "state"]


def _words(error: Mapping[str, Any] | None) -> str:
    return "none" if error is None else f"{error['type']}: {error['message']}"
