"""``hardcell replay``: a recorded session once more, and the first step that differs.

Exit status: 0 everything agrees, 1 a step differs, 2 the file is no whole recording, 5 the executor cannot be had.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from ..base import Executor
from ..recording import read_script
from ..recording import replay as play
from ..registry import create_executor
from ..witness import Witness
from .terminal import one_line, plain_failures, say

_DIFFERS = 1


def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The recording.")],
    executor: Annotated[str | None, typer.Option(help="Where to replay; else where it was recorded.")] = None,
    engine: Annotated[str | None, typer.Option(help="Which engine; else the one of the recording.")] = None,
    min_isolation: Annotated[str, typer.Option(help="Refuse to run below this level: L3, L2, L1 or none.")] = "L2",
) -> None:
    """Run a recorded session again, with tools, clock and random numbers answered from the recording."""
    with plain_failures():
        script = read_script(file)
        chosen = executor or script.facts["executor"]
        evaluated = engine or (script.facts["engine"] if executor in (None, script.facts["executor"]) else None)

        def opened(witness: Witness) -> Executor:
            return create_executor(
                chosen,
                policy=script.policy,
                limits=script.limits,
                rollback=script.rollback,
                engine=evaluated,
                min_isolation=min_isolation,
                record=witness,
            )

        difference = play(script, opened)
    if difference is not None:
        # What differs may hold a worker's own words; what was and is are reprs.
        say(str(dataclasses.replace(difference, what=one_line(difference.what))))
        raise typer.Exit(_DIFFERS)
    say("1 step agrees" if script.length == 1 else f"all {script.length} steps agree")
