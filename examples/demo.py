"""The demo: an honest program, a hostile one, and an agent, each in its own cell. ``make demo``.

With ``--svg FILE`` the same output is also written as a picture. Exit status 1 when anything got out.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

import agent_warehouse
from agents import ReplayModel
from executors import create_executor
from sandbox.errors import RunError
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.result import Isolation, Result

HERE = Path(__file__).parent
EXCHANGE_RATES = {"EUR": 1.0, "GBP": 1.1628, "PLN": 0.2326}
HOSTILE = ("read_host_file", "open_socket", "fork", "eat_memory", "spin")
ESCAPE_MARK = "ESCAPED"
WIDTH = 118


def exchange_rate(currency: str) -> float:
    """How many EUR one unit of a currency is worth: the tool of the first part."""
    return EXCHANGE_RATES[currency]


def plain(text: str, most: int = 1200) -> Text:
    """Guest text for a terminal: control characters shown escaped, markup not read, cut at ``most`` characters."""
    shown = "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text[:most])
    return Text(shown + (" …" if len(text) > most else ""))


def wall(isolation: Isolation) -> str:
    """The wall that holds, in one line."""
    on = sum(state == "on" for state in isolation.mechanisms.values())
    return f"a jailed {isolation.kind}, level {isolation.level}: {on} mechanisms, each checked from inside"


def excerpt(code: str, start: str, lines: int) -> Syntax:
    """``lines`` lines of code from the one that begins with ``start``."""
    every = code.strip().splitlines()
    first = next((number for number, line in enumerate(every) if line.startswith(start)), 0)
    cut = every[first : first + lines]
    more = ["…"] if first + lines < len(every) else []
    return Syntax("\n".join(["…"] * (first > 0) + cut + more), "python", background_color="default")


def honest(console: Console) -> bool:
    """A generated program reads a CSV, calls a tool on the host and writes a report.

    Returns:
        Whether it ran to its end.
    """
    code = (HERE / "programs" / "sales_report.py").read_text(encoding="utf-8")
    with create_executor("local") as executor:
        executor.files.write("sales.csv", (HERE / "sales.csv").read_bytes())
        executor.send_tools({"exchange_rate": exchange_rate})
        result = executor.run(code)
        report = next((a.read().decode() for a in result.artifacts if a.name == "report.md"), "")
    calls = [str(event.data.get("name")) for event in result.events if event.type == "tool.called"]
    facts = Table.grid(padding=(0, 2))
    facts.add_row("value", plain(result.value_repr))
    facts.add_row("host tool", plain(f"{len(calls)} calls of {', '.join(sorted(set(calls)))}, run on the host"))
    facts.add_row("artifacts", plain(", ".join(f"{a.name} ({a.size} bytes)" for a in result.artifacts)))
    facts.add_row("used", plain(f"{result.usage.wall_s * 1e3:.0f} ms, {result.usage.ops} operations"))
    facts.add_row("behind", plain(f"interpreter in {wall(result.isolation)}"))
    if result.error:
        facts.add_row("error", plain(str(result.error)))
    parts: list[RenderableType] = [excerpt(code, "with open", 14), Rule(style="green"), plain(result.stdout), facts]
    parts += [Rule("report.md", style="green", align="left"), plain(report.strip())]
    console.print(Panel(Group(*parts), title="1  an honest program", title_align="left", border_style="green"))
    return result.error is None


def stopped_by(result: Result) -> Text:
    """Why a program did not get through."""
    error: RunError | None = result.error
    if ESCAPE_MARK in result.stdout or error is None:
        return Text(f"NOT STOPPED {ascii(result.stdout[:80])}", style="bold red")
    reason = error.message.partition(". Instead")[0].splitlines()[0]
    return Text.assemble(("stopped  ", "bold green"), (f"{error.code or error.type}  ", "bold"), plain(reason, 140))


def hostile(console: Console) -> bool:
    """Hostile programs, against both walls together and against the jail alone.

    Returns:
        Whether every one was stopped by either.
    """
    table = Table(expand=True, show_lines=True, border_style="red")
    table.add_column("what the program does", ratio=1)
    table.add_column("both walls: interpreter in the jail", ratio=2)
    table.add_column("the jail alone: plain CPython in it", ratio=2)
    limits = Limits(wall_s=1, memory_mb=64)
    everything = Policy.standard(imports=["socket", "os"])
    escaped = False
    for name in HOSTILE:
        code = (HERE / "hostile" / f"{name}.py").read_text(encoding="utf-8")
        purpose = code.splitlines()[0].lstrip("# ").rstrip(".")
        with create_executor("local", limits=limits) as both:
            first = both.run(code)
        with create_executor("local", engine="cpython", policy=everything, limits=limits) as jail:
            second = jail.run(code)
        for result in (first, second):
            escaped = escaped or result.error is None or ESCAPE_MARK in result.stdout
        table.add_row(Text(purpose, style="bold"), stopped_by(first), stopped_by(second))
    console.print(Panel(table, title="2  hostile programs", title_align="left", border_style="red"))
    return not escaped


def agent(console: Console) -> bool:
    """A CodeAgent solves a task; the model's answers come from a recorded transcript, the code runs for real.

    Returns:
        Whether it came to an answer.
    """
    model = ReplayModel(agent_warehouse.TRANSCRIPT)
    result = agent_warehouse.run(model)
    parts: list[RenderableType] = [plain(agent_warehouse.TASK), Text(f"answers from {model.name}\n", style="dim")]
    for step in result.steps:
        thought = step.reply.content.partition("```")[0].strip()
        parts.append(Text.assemble((f"step {step.number}  ", "bold cyan"), plain(thought, 200)))
        if step.code:
            parts.append(Padding(excerpt(step.code, "", 8), (0, 0, 0, 4)))
        if step.result and step.result.stdout:
            parts.append(plain(step.result.stdout.rstrip()))
        if step.error:
            parts.append(Text.assemble(("→ ", "red"), plain(str(step.error), 200)))
    parts.append(Text.assemble(("answer  ", "bold green"), plain(str(result.output))))
    console.print(Panel(Group(*parts), title="3  an agent", title_align="left", border_style="cyan"))
    return result.output is not None


def main() -> int:
    """Run the three parts."""
    parser = argparse.ArgumentParser(description="hardcell's demo")
    parser.add_argument("--svg", type=Path, help="also write the output as a picture")
    options = parser.parse_args()
    console = Console(record=options.svg is not None, width=WIDTH if options.svg else None)
    started = time.perf_counter()
    passed = [part(console) for part in (honest, hostile, agent)]
    if options.svg:
        console.save_svg(str(options.svg), title="make demo")
    else:
        console.print(f"{time.perf_counter() - started:.1f} s", style="dim")
    if not all(passed):
        print("the demo did not go as it must: see above", file=sys.stderr)
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
