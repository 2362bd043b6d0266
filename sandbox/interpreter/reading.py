"""Reading source without running it: all that the interpreter would refuse, not only what it would stop at.

Invariants: the checks are those of a run, called one by one; nothing of the guest's is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable

from ..errors import RunError
from ..findings import Finding, Places
from ..named_modules import NamedModules
from ..refused import Refused, in_order
from .compilation import Reading
from .runtime import GuestRuntime

FAULTS = (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError)
"""What compiling raises for guest source that cannot be compiled."""


def read(
    runtime: GuestRuntime,
    code: str,
    filename: str,
    most: int,
    *,
    rest: Callable[[Reading, str], list[Refused]],
    describe: Callable[[BaseException, str], RunError],
) -> tuple[list[Finding], int]:
    """All that is wrong with the source, as ``Reader.read`` gives it. ``rest`` and ``describe`` are the engine's own:
    the rest of compiling, with what only that refuses, and what an exception comes to.
    """
    places = Places(code)
    try:
        source = Reading(runtime, code, filename)
    except FAULTS as error:
        return [places.error(describe(error, filename), error, in_bytes=False)], 0
    found = []
    try:
        source.check()
    except FAULTS as error:
        found.append(places.error(describe(error, filename), error, in_bytes=True))
    refused = in_order(source.refused(runtime.namespace))
    named = sorted(NamedModules(source.tree, runtime).refused(), key=lambda each: each[0].place)
    if not found and not refused:
        try:
            refused = rest(source, filename)
        except FAULTS as error:
            found.append(places.error(describe(error, filename), error, in_bytes=True))
    total = len(found) + len(refused) + len(named)
    found += [places.refused(each) for each in refused[: most - len(found)]]
    found += [places.refused(each, "caught" if caught else "there") for each, caught in named[: most - len(found)]]
    return found, total - len(found)
