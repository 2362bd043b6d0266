"""What the worker tells of a run: the frame ``done``, made of live guest objects.

Invariants: everything told is bounded; ``tell`` runs guest code (the reprs), so it is called while guest code may run,
and ``done_frame`` runs none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import figures
from .cell import Change
from .engine import Engine, Outcome
from .errors import EncodeError, GuestError, LimitExceeded, RunError
from .protocol import Frame
from .protocol.failures import to_plain
from .refusals import LIMIT_CODES, explain
from .values import guest_repr
from .values.instances import type_name

MAX_VARIABLES = 200
REPR_CHARS = 32 << 10
VARIABLE_CHARS = 200
FIGURE_CHARS = 2048
NO_OUTCOME = Outcome()
NOTHING_TOLD: Mapping[str, Any] = {"variables": [], "value": None, "repr": "None"}


def is_plain(outcome: Outcome) -> bool:
    """Whether telling of the outcome runs no code of the guest or of a library."""
    return not outcome.changed and type(outcome.value) in (int, str, float, bool, type(None))


def tell(engine: Engine, outcome: Outcome, encode: Callable[..., Any], cell: str) -> dict[str, Any]:
    """The fields of ``done`` that live objects give. ``encode(value, name, strict=…)`` is the worker's codec.

    ``cell`` is the directory of the guest's files, where a figure that is the value is drawn.
    """
    told = dict(NOTHING_TOLD)
    if outcome.changed:
        variables = engine.variables()
        names = [name for name in outcome.changed if name in variables][:MAX_VARIABLES]
        told["variables"] = [_variable(name, variables[name]) for name in names]
    if outcome.error is None and outcome.value is not None:
        told["repr"] = guest_repr(outcome.value, REPR_CHARS)
        if figures.is_figure(outcome.value):
            told["value"] = figures.described(cell, outcome.value, told["repr"][:FIGURE_CHARS])
            if outcome.is_final_answer:
                told["error"] = _no_answer(told["value"]["w"])
            return told
        try:
            told["value"] = encode(outcome.value, "value", strict=outcome.is_final_answer)
        except EncodeError as error:
            told["error"] = _no_answer(error)
    return told


def _no_answer(why: object) -> GuestError:
    return GuestError(f"the final answer cannot leave the cell: {why}", type="EncodeError")


def done_frame(number: int, outcome: Outcome, told: Mapping[str, Any], changes: Sequence[Change]) -> Frame:
    """The answer to run ``number``."""
    error: RunError | None = outcome.error or told.get("error")
    return {
        "t": "done",
        "id": number,
        "value": told["value"] if error is None else None,
        "repr": told["repr"] if error is None else "None",
        "error": to_plain(error) if error else None,
        "final": outcome.is_final_answer and error is None,
        "variables": told["variables"],
        "artifacts": [[change.name, change.size, change.digest] for change in changes],
        "ops": max(0, outcome.ops),
    }


def limited(name: str, allowed: float, what: str, how: str, used: float | None = None) -> LimitExceeded:
    """The error of a limit that the worker itself met, outside guest code."""
    code = LIMIT_CODES[name]
    return LimitExceeded(explain(code, what), limit=name, allowed=allowed, used=used, how=how, code=code)


def _variable(name: str, value: object) -> list[str]:
    return [name[:VARIABLE_CHARS], type_name(type(value))[:VARIABLE_CHARS], guest_repr(value, VARIABLE_CHARS)]
