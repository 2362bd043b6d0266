"""The one table of refusals: stable code, construct, why, what to write instead, how to recover.

Invariants: a code never changes its meaning and is never reused; every refusal a guest can meet is here; the
page docs/limitations.md is generated from this table.
"""

from __future__ import annotations

import dataclasses

from .errors import Recovery


@dataclasses.dataclass(frozen=True)
class Refusal:
    """One row of the table. ``construct`` is what the guest wrote; ``interpreter``, ``restricted`` and ``cpython`` say
    what these engines make of it, beginning with *refused*, *runs* or *raises* and the exception; an empty
    ``restricted`` is what the interpreter makes of it.
    """

    code: str
    construct: str
    why: str
    instead: str
    recovery: Recovery = "rewrite"
    interpreter: str = "refused"
    restricted: str = ""
    cpython: str = "refused"

    def on(self, engine: str) -> str:
        """What the engine makes of the construct."""
        said: str = getattr(self, engine)
        return said or self.interpreter


ENGINES = ("interpreter", "restricted", "cpython")
"""The engines that the table has a column for."""
RUNS = "runs: the enclosure holds"


_ROWS = (
    Refusal("HC101", "attribute that leads to interpreter internals",
            "frames, code objects, classes' internals and modules lead out of the language sandbox",
            "use the public methods of the object", cpython=RUNS),
    Refusal("HC102", "private attribute not stored by this code",
            "a leading underscore is open only where the guest's own code stored the attribute",
            "use the public attribute or method", cpython=RUNS),
    Refusal("HC103", "name reserved by the interpreter", "the name leads to interpreter internals",
            "choose another name", cpython=RUNS),
    Refusal("HC104", "binding the name of a tool", "tool names are reserved, so that a call always reaches the tool",
            "choose another variable name"),
    Refusal("HC105", "storing this special attribute", "it would change how the host's own code sees the object",
            "define an ordinary attribute or method", cpython=RUNS),
    Refusal("HC106", "special method that is not reviewed", "host code would run it at a moment nobody reviewed",
            "use an ordinary method with an explicit call", cpython=RUNS),
    Refusal("HC107", "base class that is not reviewed", "its inherited methods may lead out of the language sandbox",
            "compose: keep an instance in an attribute", cpython=RUNS),
    Refusal("HC108", "metaclass that is not reviewed", "it could build a class past the rules for classes",
            "derive the metaclass from type", cpython=RUNS),
    Refusal("HC109", "attribute name that is not exactly str", "a str subclass can change its value after the check",
            "pass a plain string", cpython=RUNS),
    Refusal("HC110", "value that leads out of the language sandbox",
            "modules, frames, code objects and tracebacks are not handed to guests",
            "use the public functions of the module", cpython=RUNS),
    Refusal("HC111", "field of a data class whose name is special or no identifier",
            "the library builds program text from the names of fields", "use an ordinary identifier", cpython=RUNS),
    Refusal("HC201", "import of a module that is not allowed", "imports are an allow-list",
            "use an allowed module, or ask for this one to be allowed",
            cpython="refused by an import hook that is advice; the enclosure holds"),
    Refusal("HC202", "name that the module's facade does not export", "only reviewed names of a module are offered",
            "use another function of the module", "rewrite", cpython=RUNS),
    Refusal("HC203", "star import", "the names it binds cannot be checked before the run",
            "import the names you need", cpython=RUNS),
    Refusal("HC204", "relative import", "guest code is one module", "write the absolute name",
            cpython="raises ImportError: there is no package around the code"),
    Refusal("HC301", "syntax that is not reviewed", "nobody has reviewed this construct for this engine yet",
            "write it with simpler statements", cpython=RUNS),
    Refusal("HC302", "builtin that is not offered", "it compiles text, reads the interpreter's own state, or waits for a terminal",
            "see docs/limitations.md for what to write instead", cpython=RUNS),
    Refusal("HC303", "operation whose size cannot be paid", "its result would not fit the limits",
            "use smaller numbers or work in parts", cpython=RUNS),
    Refusal("HC401", "file outside /cell", "guests see one directory only", "use a relative path or one below /cell",
            cpython="raises FileNotFoundError or PermissionError: the jail shows no such file"),
    Refusal("HC402", "file mode or file operation that is not offered", "only plain files below /cell are offered",
            "open the file in an ordinary text or binary mode", cpython=RUNS),
    Refusal("HC501", "denied by decision", "the policy's decision hook said no", "ask the person in charge",
            "escalate"),
    Refusal("HC502", "host system call refused by the jail", "the kernel wall stopped the worker",
            "do without processes, sockets and devices", "rewrite",
            interpreter="refused as HC202: facades offer no such call"),
    Refusal("HC503", "run whose events cannot be audited", "what cannot be recorded may not happen",
            "ask the person in charge to make room for the audit log", "escalate"),
    Refusal("HC601", "wall clock limit", "the run took longer than limits.wall_s", "do less, or in smaller steps"),
    Refusal("HC602", "cpu limit", "the run used more than limits.cpu_s", "do less, or in smaller steps"),
    Refusal("HC603", "memory limit", "the worker grew by more than limits.memory_mb", "hold less in memory at once"),
    Refusal("HC604", "output limit", "more than limits.output_bytes were printed", "print a summary"),
    Refusal("HC605", "operation limit", "more than limits.ops loop turns and calls", "use a better algorithm or library calls",
            cpython="runs: operations are not counted, cpu_s and wall_s hold"),
    Refusal("HC606", "tool call limit", "more than limits.tool_calls calls of tools", "call tools less often"),
    Refusal("HC607", "process limit", "more than limits.processes processes at once", "do without processes of your own",
            interpreter="refused as HC202: facades offer no such call"),
    Refusal("HC608", "disk limit", "more than limits.disk_mb in /cell", "write less, or remove files"),
    Refusal("HC609", "value size limit", "a value is larger than limits.value_bytes", "return a summary or write a file"),
    Refusal("HC610", "total wall clock limit", "run and tools together took longer than limits.total_wall_s",
            "do less, or in smaller steps"),
    Refusal("HC611", "open files limit", "more than limits.open_files files are open at once", "close files, or use with"),
)  # fmt: skip

TABLE: dict[str, Refusal] = {row.code: row for row in _ROWS}
LIMIT_CODES: dict[str, str] = {
    "wall_s": "HC601",
    "cpu_s": "HC602",
    "memory_mb": "HC603",
    "output_bytes": "HC604",
    "ops": "HC605",
    "tool_calls": "HC606",
    "processes": "HC607",
    "disk_mb": "HC608",
    "value_bytes": "HC609",
    "total_wall_s": "HC610",
    "open_files": "HC611",
}


def explain(code: str, what: str) -> str:
    """One sentence for a guest or a model: what was refused, why, and what to write instead."""
    row = TABLE[code]
    return f"{what}: {row.why}. Instead: {row.instead}"
