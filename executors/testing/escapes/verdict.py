"""How one case ended on one backend.

Invariants: the closed set of words below; ``escaped``, ``hung`` and ``unreported`` are failures of a wall whatever a
case file expects, so no file can name them.
"""

from __future__ import annotations

import dataclasses
import re

from sandbox.errors import LimitExceeded, PolicyViolation, ProtocolError, RunError, WorkerCrashed

HELD = ("contained", "refused", "limited", "crashed")
"""The walls held: the program ran and got nothing; a refusal; a limit; a crash of the worker that was reported."""
FAILED = ("escaped", "hung", "unreported")
"""They did not: evidence on the host; no result by the deadline; the host or its worker went without a report."""
_PLAIN = re.compile(r"contained|crashed|refused HC\d{3}|limited [a-z_]+")


@dataclasses.dataclass(frozen=True)
class Verdict:
    """``word`` is one of HELD or FAILED; ``what`` the code of the refusal, the limit, the evidence or the reason."""

    word: str
    what: str = ""

    @property
    def failed(self) -> bool:
        """Whether a wall failed."""
        return self.word in FAILED

    def __str__(self) -> str:
        return f"{self.word} {self.what}".strip()


def check_expected(text: object) -> str:
    """One verdict as case files write it: ``contained``, ``crashed``, ``refused HC101`` or ``limited wall_s``.

    Raises:
        ValueError: it is none.
    """
    if type(text) is not str or not _PLAIN.fullmatch(text):
        words = "contained, crashed, refused HCnnn, limited NAME"
        raise ValueError(f"{text!r} is no verdict that may be expected: {words}")
    return text


def of_error(error: RunError | None) -> Verdict:
    """The verdict on a run that left no evidence."""
    if isinstance(error, PolicyViolation):
        return Verdict("refused", error.code)
    if isinstance(error, LimitExceeded):
        return Verdict("limited", error.limit)
    if isinstance(error, (WorkerCrashed, ProtocolError)):
        return Verdict("crashed")
    return Verdict("contained")
