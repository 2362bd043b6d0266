"""The program that runs in a peer's environment: one request on standard input, one answer on standard output.

``python -I stage.py DRIVER`` loads the driver that stands beside this file.

Invariants: what the guest prints is captured and travels in the answer; the driver's process is the host of the guest.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
SECRET = ""
"""The secret that stands in the memory of this process alone."""
called: list[str] = []


def report(text: str) -> str:
    """Tell the host something."""
    called.append(str(text))
    return "reported"


def load(path: Path) -> ModuleType:
    """The module of a file that is in no package here."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(driver: str) -> None:
    """Answer one request."""
    global SECRET
    request = json.loads(sys.stdin.readline())
    SECRET = request["secret"]
    names: dict[str, Any] = {"bait": request["bait"] | {"module": "__main__"}, "report": report}
    peer = load(HERE / f"{driver}.py")
    with contextlib.suppress(Exception):
        peer.play("1", dict(names))  # what a first use imports and registers is no trace of the guest
    before = load(HERE.parent / "fingerprint.py").Fingerprint()
    answers, printed = sys.stdout, io.StringIO()
    told = ""
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            told = str(peer.play(request["code"], names))
        except BaseException:
            told = traceback.format_exc()
    sys.stdout = answers
    changed = [name for name in before.changed() if name != "random"]
    evidence = {"host-changed": ", ".join(changed)} if changed else {}
    answers.write(json.dumps({"told": "\n".join([told, printed.getvalue(), *called]), "evidence": evidence}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
