"""The conformance suite: what every executor owes its users, as plain functions that take an executor.

With pytest: ``pytest --hardcell-executor=module:factory``. Without: ``run_case(case, factory)`` for each of ``CASES``.
A factory is called as ``factory(policy=…, limits=…)`` and gives a fresh executor.

Invariants: needs nothing but an Executor; a case that does not apply gives its reason; importing this package imports
no test framework.
"""

from .case import CASES, Case, Factory, NotApplicable, case, run_case
from .cases import load

load()

__all__ = ["CASES", "Case", "Factory", "NotApplicable", "case", "run_case"]
