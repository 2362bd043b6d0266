"""Prints the tables: ``python -m tests.bench [NAME ...]``; without a name, all that ``SHOWS`` has."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from collections import Counter

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sandbox.errors import BackendUnavailable
from sandbox.policy import Policy
from tests import honest_programs
from tests.bench import bare, compilation, containers, forks, honest, latency, peers, pool, rollbacks, speed


def show_latency(console: Console) -> None:
    """Session start and live call."""
    found = latency.measure()
    table = Table(title=f"latency, medians of {latency.PAIRS} interleaved pairs and {latency.CALLS} calls")
    table.add_column("what")
    table.add_column("ms", justify="right")
    table.add_row("fresh jailed session with engine, then 1+1", f"{found.session_ms:.2f}")
    table.add_row("posix_spawn + wait of python -I -S -c pass", f"{found.spawn_ms:.2f}")
    table.add_row("session ÷ spawn", f"{found.session_ms / found.spawn_ms:.2f}")
    table.add_row("1+1 in a live session", f"{found.call_ms:.3f}")
    console.print(table)


def show_pool(console: Console) -> None:
    """Checkout, throughput and idle memory."""
    table = Table(title=f"first 1+1 of a session from a warm pool of {pool.SIZE}, medians of {pool.CHECKOUTS}")
    for title in ("policy", "checkout ms", "1+1 ms", "together ms", "ready session, private MiB"):
        table.add_column(title, justify="left" if title == "policy" else "right")
    for name in ("standard", "data_science"):
        found = pool.measure_checkout(Policy.preset(name))
        times = (found.checkout_ms, found.run_ms, found.together_ms)
        table.add_row(name, *(f"{each:.3f}" for each in times), f"{found.private_mb:.1f}")
    console.print(table)
    through = pool.measure_throughput()
    table = Table(title=f"fresh jailed sessions, each with 1+1 and its end, {pool.THREADS} threads")
    for title in ("seconds", "sessions", "a second", "CPU ms each", "processes", "host MiB"):
        table.add_column(title, justify="right")
    table.add_row(
        f"{through.seconds:.0f}",
        str(through.sessions),
        f"{through.sessions / through.seconds:.0f}",
        f"{through.cpu_ms:.2f}",
        " → ".join(map(str, through.processes)),
        " → ".join(f"{each:.1f}" for each in through.host_mb),
    )
    least = bare.measure()
    table.add_row("", "bare", f"{least.a_second:.0f}", f"{least.cpu_ms:.2f}", "", "")
    console.print(table)


def show_containers(console: Console) -> None:
    """Executor docker: calls, starts, and what sessions leave behind."""
    try:
        found = containers.measure()
    except BackendUnavailable as error:
        console.print(f"left out: executor docker ({escape(error.message)})")
        return
    table = Table(
        title=f"executor docker, medians of {containers.TURNS * containers.CALLS} calls and {containers.PAIRS} starts"
    )
    table.add_column("what")
    table.add_column("ms", justify="right")
    table.add_row("1+1 in a live session", f"{found.call_ms:.3f}")
    table.add_row("the same of the least worker in a container", f"{found.least_call_ms:.3f}")
    table.add_row("add(1, 2), a tool of the host", f"{found.tool_ms:.3f}")
    table.add_row("the same of the least worker", f"{found.least_tool_ms:.3f}")
    table.add_row("cold: fresh session, 1+1 and its end", f"{found.cold_ms:.0f}")
    table.add_row("a bare container with python3 -c pass", f"{found.bare_ms:.0f}")
    table.add_row("cold ÷ bare", f"{found.cold_ms / found.bare_ms:.2f}")
    table.add_row("checkout from a warm pool, then 1+1", f"{found.warm_ms:.2f}")
    console.print(table)
    left = containers.end_at_random()
    table = Table(
        title=f"{left.sessions} sessions ended at random moments, {left.seconds:.0f} s: what there is more than before"
    )
    names = ("containers", "volumes", "networks", "threads", "descriptors")
    for name in names:
        table.add_column(name, justify="right")
    table.add_row(*(str(getattr(left, name)) for name in names))
    console.print(table)


def show_rollbacks(console: Console) -> None:
    """Runs with and without a checkpoint."""
    table = Table(title=f"1+1 in a live session, medians of {rollbacks.RUNS}")
    pause = f"after {rollbacks.PAUSE_S * 1e3:.0f} ms"
    titles = "without a checkpoint, ms", "with one", "a bare fork"
    for title in ("the session holds", f"{pause}: {titles[0]}", titles[1], f"at once: {titles[0]}", *titles[1:]):
        table.add_column(title, justify="left" if title == "the session holds" else "right")
    for row in rollbacks.measure():
        bare = "" if row.bare_ms is None else f"{row.bare_ms:.2f}"
        table.add_row(row.state, *(f"{time_ms:.2f}" for time_ms in (*row.paused_ms, *row.at_once_ms)), bare)
    console.print(table)


def show_forks(console: Console) -> None:
    """Branches of a session."""
    table = Table(title=f"a branch of a session, medians of {forks.FORKS}")
    for title in ("the session holds", "fork ms", "first 1+1 ms"):
        table.add_column(title, justify="left" if title == "the session holds" else "right")
    for row in forks.measure():
        table.add_row(row.state, f"{row.fork_ms:.2f}", f"{row.run_ms:.2f}")
    console.print(table)


def show_compilation(console: Console) -> None:
    """From source text to closures."""
    found = compilation.measure()
    table = Table(
        title=f"compiling {found.lines} lines of typical code, CPU time, medians of {compilation.PAIRS} pairs"
    )
    for title in ("what", "ms", "times"):
        table.add_column(title, justify="left" if title == "what" else "right")
    table.add_row("CPython: text to bytecode", f"{found.cpython_ms:.2f}", "1.0")
    table.add_row("interpreter: text to closures", f"{found.ours_ms:.2f}", f"{found.ours_ms / found.cpython_ms:.1f}")
    table.add_row("the same, first in a process", f"{found.first_ms:.2f}", f"{found.first_ms / found.cpython_ms:.1f}")
    console.print(table)


def show_speed(console: Console) -> None:
    """The guarded engines and their peers against CPython."""
    with contextlib.ExitStack() as stack:
        running = _running_peers(console, stack)
        rows = speed.measure(peers=running)
    table = Table(title="times CPython, CPU time (- where a runtime cannot run the program)")
    table.add_column("program")
    titles = ["CPython ms", "interpreter", "restricted", *(f"{peer.name} {peer.version}" for peer in running)]
    for title in titles:
        table.add_column(title, justify="right")
    for row in rows:
        peers_ = ["-" if each is None else f"{each:.1f}" for each in row.peers.values()]
        table.add_row(row.program, f"{row.cpython_ms:.2f}", f"{row.ratio:.1f}", f"{row.restricted:.2f}", *peers_)
    counted = speed.counted(rows)
    table.add_section()
    both = [[row.ratio for row in counted], [row.restricted for row in counted]]
    means = [speed.geometric_mean(each) for each in both]
    table.add_row(f"geometric mean of {len(counted)}", "", f"{means[0]:.1f}", f"{means[1]:.2f}")
    table.add_row("slowest of them", "", f"{max(both[0]):.1f}", f"{max(both[1]):.2f}")
    for peer in running:
        shared = [(row, theirs) for row in counted if (theirs := row.peers[peer.name]) is not None]
        ours, fast = (speed.geometric_mean(getattr(row, name) for row, _ in shared) for name in ("ratio", "restricted"))
        theirs = speed.geometric_mean(each for _, each in shared)
        cells = [f"{theirs:.1f}" if each is peer else "" for each in running]
        table.add_row(f"mean of the {len(shared)} that {peer.name} runs too", "", f"{ours:.1f}", f"{fast:.2f}", *cells)
    console.print(table)


def _running_peers(console: Console, stack: contextlib.ExitStack) -> list[peers.Peer]:
    missing = [name for name in peers.PEERS if not peers.installed(name)]
    if missing:
        console.print(f"left out: {', '.join(missing)} (run `make {' '.join(f'{name}-venv' for name in missing)}`)")
    return [stack.enter_context(peers.started(name)) for name in peers.PEERS if name not in missing]


def show_honest(console: Console) -> None:
    """Honest programs by verdict, on this product and on its peers, and those that are not the same here."""
    outcomes = honest.measure()
    plain = {program.name for program in honest_programs.programs() if not program.third_party}
    columns = {
        f"hardcell, all {len(outcomes)}": outcomes,
        "hardcell": {name: outcome for name, outcome in outcomes.items() if name in plain},
    }
    with contextlib.ExitStack() as stack:
        for peer in _running_peers(console, stack):
            columns[f"{peer.name} {peer.version}"] = honest.measure_peer(peer)
    table = Table(title=f"honest programs; {len(plain)} of them need the standard library only")
    table.add_column("verdict")
    for title in columns:
        table.add_column(title, justify="right")
    counts = [Counter(outcome.verdict for outcome in column.values()) for column in columns.values()]
    for verdict in ("same", "refused", "different"):
        table.add_row(verdict, *(str(count[verdict]) for count in counts))
    console.print(table)
    for name, outcome in outcomes.items():
        if outcome.verdict == "different":
            console.print(f"different: {name} {escape(ascii(outcome.detail))}")
    for line in honest.refused_list(outcomes):
        console.print(f"refused: {escape(line)}", soft_wrap=True)


SHOWS = {
    "latency": show_latency,
    "pool": show_pool,
    "docker": show_containers,
    "rollbacks": show_rollbacks,
    "forks": show_forks,
    "compilation": show_compilation,
    "speed": show_speed,
    "honest": show_honest,
}


def main(names: list[str]) -> int:
    """The asked tables, or all.

    Returns:
        0, or 2 for an unknown name.
    """
    unknown = [name for name in names if name not in SHOWS]
    if unknown:
        print(f"unknown table {unknown[0]!r}; there are {', '.join(SHOWS)}", file=sys.stderr)
        return 2
    console = Console()
    console.print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name in names or SHOWS:
        SHOWS[name](console)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
