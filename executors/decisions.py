"""Asking the policy's decision hook, once for all backends.

Invariants: the decision is recorded before the act; an exception, a late answer or an answer of the wrong type is a
denial; what is not asked is allowed by the policy itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sandbox.errors import PolicyViolation, Recovery
from sandbox.events import Event, host_event
from sandbox.policy import Allow, Ask, Decision, Deny, Policy, Request
from sandbox.refusals import explain

from .ctrl_c import let_through


def denied(
    policy: Policy, request: Request, record: Callable[[Event], None], timeout_s: float
) -> PolicyViolation | None:
    """Ask about ``request`` and record what was decided. None allows it."""
    if policy.decide is None:
        return None
    decision = _ask(policy, request, timeout_s)
    verdict = type(decision).__name__.lower()
    reason = "" if isinstance(decision, Allow) else decision.reason
    record(host_event("decision", about=request.kind, name=request.name[:200], decision=verdict, reason=reason[:500]))
    if isinstance(decision, Allow):
        return None
    what = {"run": "this run", "tool": f"the call of {request.name}", "file": f"the file {request.name}"}[request.kind]
    recovery: Recovery = "ask" if isinstance(decision, Ask) else "escalate"
    return PolicyViolation(explain("HC501", f"{what} was not allowed ({reason})"), code="HC501", recovery=recovery)


def _ask(policy: Policy, request: Request, timeout_s: float) -> Decision:
    if policy.decide is None:
        return Allow()
    begun = time.monotonic()
    try:
        with let_through():
            decision = policy.decide(request)
    except Exception as error:
        return Deny(f"the decision hook failed with {type(error).__name__}")
    if not isinstance(decision, (Allow, Deny, Ask)):
        return Deny(f"the decision hook returned {type(decision).__name__}, not Allow, Deny or Ask")
    if time.monotonic() - begun > timeout_s:
        return Deny(f"the decision hook took longer than {timeout_s:g} s")
    return decision
