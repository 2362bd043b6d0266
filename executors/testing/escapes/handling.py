"""What any host does with a result: prints it, keeps it, shows it, reads its files. Tricks aim at that, too.

Invariants: everything that came out is in ``told``, so that a secret in it is found; what fails here fails for users.
"""

from __future__ import annotations

import dataclasses
import json
import math
import time
import unicodedata
from collections.abc import Sequence

from sandbox.errors import HardcellError
from sandbox.result import Isolation, Result

from ...base import Executor
from ...cli.run_command import document
from ...cli.terminal import escape

SLOW_S = 2.0
"""What handling one result may take; it takes milliseconds."""
_MOST_FILES = 64
_SLACK_S = 1.0
_SPARE_MEMORY = 1.25


@dataclasses.dataclass
class Handled:
    """``told``: all text that came out; ``problems``: evidence, with what was seen of it."""

    told: list[str] = dataclasses.field(default_factory=list)
    problems: dict[str, str] = dataclasses.field(default_factory=dict)


def handle(executor: Executor, result: Result, handled: Handled) -> None:
    """Do with a result what hosts do."""
    began = time.thread_time()
    try:
        _tell(result, handled)
        _read_files(executor, result, handled)
    except Exception as error:
        handled.problems["host-failed"] = f"{type(error).__name__} while the result was handled"
    if (took := time.thread_time() - began) > SLOW_S:
        handled.problems["host-failed"] = f"handling the result took {took:.1f} s of processor time"
    if any(_steers(escape(text)) for text in handled.told):
        handled.problems["host-failed"] = "a control character reached the terminal"


def _tell(result: Result, handled: Handled) -> None:
    error = result.error
    texts = [repr(result), result.value_repr, result.stdout, result.stderr, str(error), repr(error)]
    texts.append(json.dumps(document(result), ensure_ascii=True, allow_nan=False))
    texts += [event.to_json() for event in result.events]
    texts += [] if error is None else [error.message, error.traceback, error.type]
    handled.told += texts
    if not isinstance(hash(str(result.value)), int) or (result == result) is not True:
        handled.problems["host-failed"] = "the result does not equal itself"


def _read_files(executor: Executor, result: Result, handled: Handled) -> None:
    if not executor.alive:
        return
    names: Sequence[str] = ()
    reads = [artifact.read for artifact in result.artifacts[:_MOST_FILES]]
    try:
        names = executor.files.list()
    except (HardcellError, OSError) as error:
        handled.told.append(str(error))
    for name in names[:_MOST_FILES]:
        handled.told.append(name)
        reads.append(lambda name=name: executor.files.read(name))  # type: ignore[misc]
    for read in reads:
        try:
            handled.told.append(read().decode("utf-8", "backslashreplace"))
        except (HardcellError, OSError) as error:
            handled.told.append(str(error))


def _steers(text: str) -> bool:
    """Whether text that was escaped for a terminal still holds what steers one."""
    return any(unicodedata.category(one) in ("Cc", "Cf", "Cs") for one in text if one not in "\n\t")


def false_account(result: Result, isolation: Isolation, wall_s: float) -> str:
    """What is not true in the host's own account of a run that took ``wall_s``, or an empty string."""
    usage = result.usage
    numbers = list(usage.to_dict().values())
    if result.isolation != isolation:
        return f"isolation is told as {result.isolation.level}"
    if not all(math.isfinite(number) and number >= 0 for number in numbers):
        return "usage is no number"
    if not wall_s - _SLACK_S <= usage.wall_s + usage.tool_s <= wall_s + 0.1:
        return f"wall_s is told as {usage.wall_s:.1f}, and the run took {wall_s:.1f} s"
    if not all(event.origin in ("host", "worker") for event in result.events):
        return "an event of another origin"
    return ""


def overrun(executor: Executor, result: Result, limits_mb: int, output_bytes: int) -> str:
    """Which limit the run went past by more than what measuring it may miss, or an empty string."""
    if len(result.stdout) + len(result.stderr) > output_bytes:
        return "output"
    if executor.capabilities.holds("memory_mb") and result.usage.memory_mb > limits_mb * _SPARE_MEMORY + 16:
        return f"memory: {result.usage.memory_mb:.0f} MB"
    return ""
