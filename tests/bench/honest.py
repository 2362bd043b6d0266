"""How many honest programs run as on CPython: on executor ``local``, and on its peers; and what is refused."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from executors import create_executor
from sandbox.policy import Policy
from tests import honest_programs
from tests.bench.peers import Peer, Reply
from tests.honest_programs import Outcome, Program
from tests.reference import Answer


def measure() -> dict[str, Outcome]:
    """The outcome of each program of tests/honest, each in a fresh session."""
    programs = honest_programs.programs()
    answers = honest_programs.on_this_python(programs)
    outcomes = {}
    for program in programs:
        policy = Policy.data_science() if program.third_party else Policy.standard()
        with create_executor("local", policy=policy) as executor:
            outcomes[program.name] = honest_programs.run(program, executor, answers.get(program.name, ()))
    return outcomes


def measure_peer(peer: Peer) -> dict[str, Outcome]:
    """The outcome on a peer of each program that needs no third-party package, each in a fresh session.

    A peer gets the benefit of the doubt: an exception of its own class counts when its message names CPython's, and
    the value of a cell only where the cell ends with an expression.
    """
    programs = [program for program in honest_programs.programs() if not program.third_party]
    answers = honest_programs.on_this_python(programs)
    return {program.name: judge_peer(program, peer.run(program.cells), answers[program.name]) for program in programs}


def judge_peer(program: Program, replies: Sequence[Reply], answers: Sequence[Answer]) -> Outcome:
    """The first cell that is not the same decides."""
    for code, reply, answer in zip(program.cells, replies, answers, strict=False):
        if reply.error is not None:
            named = answer.error is not None and answer.error in f"{reply.error} {reply.message}"
            if not named:
                return Outcome("refused", detail=f"{reply.error}: {reply.message}")
            continue
        if answer.error is not None or reply.stdout != answer.stdout:
            return Outcome("different", detail=f"printed {reply.stdout[:200]!r}, CPython {answer}")
        if _ends_with_expression(code) and reply.value_repr != answer.value_repr:
            return Outcome("different", detail=f"value {reply.value_repr}, CPython {answer.value_repr}")
    return Outcome("same")


def _ends_with_expression(code: str) -> bool:
    body = ast.parse(code).body
    return bool(body) and isinstance(body[-1], ast.Expr)


def refused_list(outcomes: dict[str, Outcome]) -> list[str]:
    """The lines of tests/honest/refused.txt as these outcomes want them."""
    return [
        f"{name} {outcome.code} {outcome.detail}" for name, outcome in outcomes.items() if outcome.verdict == "refused"
    ]
