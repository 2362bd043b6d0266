"""The host process of the tests of rollback and branches: restricts itself as a setting asks, lets runs fail in each
way, and prints what the session was afterwards as one JSON line. Run as a program:
``rollback_host.py TREE SETTING ENGINE``.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

BEGIN = "x = [1]\nopen('a', 'w').write('one')"
SPOIL = "x.append(2)\nopen('a', 'w').write('two')\nopen('new', 'w').write('x')\n"
FAILURES = {
    "wall": "while True: pass",
    "memory": "y = [0] * 10**9",
    "refused": "import ctypes",
    "output": "while True: print('y' * 1000)",
    "disk": "while True: open('full', 'a').write('x' * 65536)",
}
LOOK = "import os\n(x, open('a').read(), sorted(os.listdir('.')))"


def main(tree: str, setting: str, engine: str) -> dict[str, Any]:
    """By failure the state that was told and what was there afterwards; the same of a branch; what is left behind."""
    sys.path.insert(0, tree)
    from executors import create_executor
    from executors.zygotes import shut_down
    from sandbox.errors import BackendUnavailable
    from sandbox.limits import Limits
    from tests.jail.settings import SETTINGS

    SETTINGS[setting].restrict()
    limits = Limits(wall_s=1, memory_mb=64, output_bytes=10_000, disk_mb=4)
    try:
        with create_executor("local", engine=engine, limits=limits, branches=1) as session:
            for code in (BEGIN, "x"):
                session.run(code).raise_for_error()
            before = len(os.listdir("/proc/self/fd"))
            found: dict[str, Any] = {"rollback": session.capabilities.rollback, "fork": session.capabilities.fork}
            found["session"] = _failures(session)
            try:
                with session.fork() as branch:
                    found["branch"] = _failures(branch)
            except BackendUnavailable:
                found["branch"] = None
            session.run("x")
            found["left"] = len(os.listdir("/proc/self/fd")) - before
    finally:
        shut_down()
    return found


def _failures(session: Any) -> dict[str, Any]:
    told = {}
    for name, code in FAILURES.items():
        state = session.run(SPOIL + code).state
        looked = session.run(LOOK)
        told[name] = [state, looked.value if looked.error is None else repr(looked.error)]
    return told


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
