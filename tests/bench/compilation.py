"""Time from source text to something that runs: the interpreter's closures against CPython's bytecode, CPU time.

Both sides read the same 325 lines of typical code; samples alternate, and the median of each side is reported, in
milliseconds. ``first_ms`` is the interpreter's first compilation in a new process, which also has to compile the
templates (see sandbox/interpreter/shapes.py) that nothing has asked for yet.
"""

from __future__ import annotations

import dataclasses
import gc
import io
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sandbox.engine import EngineHost, Place
from sandbox.interpreter import Interpreter
from sandbox.interpreter.compilation import compile_block
from sandbox.limits import Limits
from sandbox.policy import Policy

PROGRAM = Path(__file__).parent / "programs_compile" / "typical.py"
PAIRS = 200


@dataclasses.dataclass(frozen=True)
class Compilation:
    """Medians in milliseconds of CPU time."""

    lines: int
    cpython_ms: float
    ours_ms: float
    first_ms: float


def measure(pairs: int = PAIRS) -> Compilation:
    """``pairs`` compilations on each side in this process, and the first one in a new process."""
    code = PROGRAM.read_text(encoding="utf-8")
    first = subprocess.run([sys.executable, "-m", __name__], capture_output=True, text=True, check=True)
    runtime = _engine().runtime
    theirs, ours = [], []
    for _ in range(pairs):
        gc.collect()  # what a sample left behind is not the next one's work
        start = time.process_time()
        compile(code, "<program>", "exec", dont_inherit=True)
        middle = time.process_time()
        compile_block(runtime, code, "<program>")
        end = time.process_time()
        theirs.append(middle - start)
        ours.append(end - middle)
    return Compilation(
        lines=len(code.splitlines()),
        cpython_ms=statistics.median(theirs) * 1e3,
        ours_ms=statistics.median(ours) * 1e3,
        first_ms=float(first.stdout),
    )


def _engine() -> Interpreter:
    def no_tools(name: str, args: object, kwargs: object) -> object:
        raise RuntimeError("there are no tools here")

    output = io.StringIO()
    return Interpreter(
        EngineHost(
            Policy.standard(),
            Limits(),
            output,
            output,
            Place(tempfile.gettempdir()),
            no_tools,
            lambda kind, data: None,
            in_process=False,
        )
    )


def first() -> float:
    """Milliseconds of CPU time of one compilation, as the first thing that an engine does."""
    code = PROGRAM.read_text(encoding="utf-8")
    runtime = _engine().runtime
    start = time.process_time()
    compile_block(runtime, code, "<program>")
    return (time.process_time() - start) * 1e3


if __name__ == "__main__":
    print(first())
