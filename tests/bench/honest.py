"""How many honest programs run on executor ``local`` as on CPython, and what is refused."""

from __future__ import annotations

from executors import create_executor
from tests import honest_programs
from tests.honest_programs import Outcome


def measure() -> dict[str, Outcome]:
    """The outcome of each program of tests/honest, each in a fresh session."""
    programs = honest_programs.programs()
    answers = honest_programs.on_this_python(programs)
    outcomes = {}
    for program in programs:
        with create_executor("local") as executor:
            outcomes[program.name] = honest_programs.run(program, executor, answers.get(program.name, ()))
    return outcomes


def refused_list(outcomes: dict[str, Outcome]) -> list[str]:
    """The lines of tests/honest/refused.txt as these outcomes want them."""
    return [
        f"{name} {outcome.code} {outcome.detail}" for name, outcome in outcomes.items() if outcome.verdict == "refused"
    ]
