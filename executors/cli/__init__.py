"""The ``hardcell`` command.

Invariants: every failure is a plain message and an exit status of ``sandbox.errors.EXIT_STATUS``, never a traceback;
text of a guest reaches a terminal escaped, and no markup in it is parsed. Other packages add commands through the
entry-point group ``hardcell.commands``; they are imported only when they are named or listed.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys

import typer

from sandbox.errors import EXIT_STATUS

from .audit_command import audit
from .doctor_command import doctor
from .image_command import image_app
from .log_command import log_app
from .policy_command import policy_app
from .replay_command import replay
from .run_command import run
from .scan_command import scan

__all__ = ["main"]

GROUP = "hardcell.commands"
_ELSEWHERE = {"agent": "pip install hardcell-agents"}


def main(argv: list[str] | None = None) -> int:
    """Run the command line; gives the exit status."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    missing = _ELSEWHERE.get(arguments[0]) if arguments else None
    app = _app(arguments)
    if missing and not _entry_points().select(name=arguments[0]):
        print(f"hardcell {arguments[0]} is in another package. Install it: {missing}", file=sys.stderr)
        return EXIT_STATUS["usage"]
    try:
        app(args=arguments, prog_name="hardcell")
    except SystemExit as done:
        return _status(done)
    except BrokenPipeError:
        # The reader went away; a second failure at shutdown would print a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def _status(done: SystemExit) -> int:
    if done.code is None:
        return 0
    return done.code if isinstance(done.code, int) else EXIT_STATUS["usage"]


def _entry_points() -> importlib.metadata.EntryPoints:
    return importlib.metadata.entry_points(group=GROUP)


def _app(arguments: list[str]) -> typer.Typer:
    app = typer.Typer(
        name="hardcell",
        help="Runs Python that a language model wrote; nothing that code does reaches the host.",
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.command()(run)
    app.command()(scan)
    app.command()(replay)
    app.command()(doctor)
    app.command()(audit)
    app.add_typer(image_app, name="image")
    app.add_typer(policy_app, name="policy")
    app.add_typer(log_app, name="log")
    first = arguments[0] if arguments else "--help"
    for entry in _entry_points():
        if entry.name == first or first == "--help":
            try:
                app.command(name=entry.name)(entry.load())
            except ImportError as error:
                print(f"hardcell {entry.name} cannot be loaded: {error}", file=sys.stderr)
    return app
