"""Positive controls with real peers: each in an environment of its own, made with pip, the trick played in it.

``python -m executors.testing.escapes.controls [--make] [TEXT …]`` plays the controls whose case has one of the texts in
its name, or all; ``--make`` makes missing environments first, below .cache of the working directory or
``HARDCELL_PEERS``.

Invariants: a control passes when the runner's own eyes find all evidence that the case names; nothing is installed
into the environment of hardcell.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .bait import VARIABLE, Bait, Secrets
from .case import Control, EscapeCase
from .corpus import load_corpus
from .slot import Outcome, Unplayable
from .verdict import Verdict

PEERS = Path(__file__).with_name("peers")
_TIMEOUT_S = 120.0
_INSTALL_S = 900.0
_PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")


def directory() -> Path:
    """Where the environments of peers are."""
    return Path(os.environ.get("HARDCELL_PEERS", Path(".cache", "escape-peers"))).absolute()


def place(control: Control) -> Path:
    """The environment of a control's peer on this Python."""
    wanted = hashlib.sha256(control.peer.encode()).hexdigest()[:8]
    name = re.sub(r"[^A-Za-z0-9.]+", "-", control.peer)[:60]
    return directory() / f"{name}-{wanted}-py{sys.version_info[0]}.{sys.version_info[1]}"


def is_made(control: Control) -> bool:
    """Whether the environment is there and whole."""
    return (place(control) / "made").exists()


def make(control: Control) -> None:
    """Make the environment of a peer.

    Raises:
        subprocess.CalledProcessError: pip failed; its message is in ``stderr``.
    """
    where = place(control)
    base = getattr(sys, "_base_executable", sys.executable)
    subprocess.run([base, "-m", "venv", "--clear", where], check=True, capture_output=True, timeout=_INSTALL_S)
    install = [str(where / "bin" / "python"), *_PIP, *control.peer.split()]
    subprocess.run(install, check=True, capture_output=True, text=True, timeout=_INSTALL_S)
    (where / "made").touch()


def peer_controls(cases: Mapping[str, EscapeCase]) -> Iterator[tuple[EscapeCase, Control]]:
    """Every control with a peer."""
    for case in cases.values():
        yield from ((case, control) for control in case.controls if control.by == "peer")


def play_peer(case: EscapeCase, control: Control) -> Outcome:
    """Play the trick in the peer's environment.

    Raises:
        Unplayable: the environment is not there, or does not fit this Python.
    """
    if not control.works_on(sys.version_info[:3]):
        raise Unplayable(f"{control.peer} works on Python {control.python}")
    if not is_made(control):
        raise Unplayable(f"the environment of {control.peer} is not there: make controls, or this program with --make")
    bait, began = Bait(Secrets.fresh()), time.monotonic()
    try:
        answer = _answer(case, control, bait)
        evidence = dict.fromkeys(bait.evidence(), "found on the host")
        evidence |= dict.fromkeys(bait.secrets.told_by(answer.get("told", "")), "a secret came out")
        evidence |= answer.get("evidence", {})
    finally:
        bait.close()
    seconds = time.monotonic() - began
    if evidence:
        return Outcome(Verdict("escaped", ", ".join(evidence)), evidence, seconds)
    return Outcome(Verdict("contained", answer.get("told", "")[-2000:]), {}, seconds)


def _answer(case: EscapeCase, control: Control, bait: Bait) -> dict[str, Any]:
    program = [str(place(control) / "bin" / "python"), "-I", str(PEERS / "stage.py"), control.driver]
    with subprocess.Popen(
        program,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={VARIABLE: bait.secrets.environment, "PATH": os.environ.get("PATH", os.defpath)},
        cwd="/",
        start_new_session=True,
    ) as process:
        request = {"code": control.code or "\n".join(case.cells), "bait": bait.described(process.pid)}
        request["secret"] = bait.secrets.memory
        try:
            answer, _ = process.communicate(json.dumps(request) + "\n", timeout=_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return {}
    try:
        return dict(json.loads(answer))
    except ValueError:
        died = process.returncode
        return {"evidence": {"corrupted": f"ended by signal {-died}"}} if died in (-4, -6, -7, -11) else {}


def main(arguments: list[str]) -> int:
    """Play what was asked for; 0 if every trick worked."""
    wanted = [text for text in arguments if text != "--make"]
    failed = 0
    for case, control in peer_controls(load_corpus()):
        if wanted and not any(text in case.name for text in wanted):
            continue
        try:
            if "--make" in arguments and control.works_on(sys.version_info[:3]) and not is_made(control):
                make(control)
            outcome = play_peer(case, control)
        except Unplayable as reason:
            print(f"not played  {case.name}: {reason}")
            continue
        except subprocess.CalledProcessError as error:
            print(f"not made    {case.name}: {str(error.stderr).strip().splitlines()[-1:]}")
            failed += 1
            continue
        works = set(case.escape) <= set(outcome.evidence)
        failed += not works
        print(f"{'works' if works else 'FAILED':<11} {case.name} in {control.peer}: {outcome.verdict}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
