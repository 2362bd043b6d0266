"""The host process of the tests of saved files: a session of each engine under a setting, saved and restored into
another, as one JSON line. Run as a program: ``snapshot_host.py TREE SETTING``.
"""

from __future__ import annotations

import json
import sys

from tests.jail.settings import SETTINGS

CODE = """
import os
os.mkdir('d')
_ = open('d/a', 'w').write('one')
_ = open('b', 'w').write('two')
"""


def main() -> None:
    SETTINGS[sys.argv[2]].restrict()
    from executors import create_executor, describe_snapshot
    from sandbox.events import Event

    told = {}
    events: list[Event] = []
    for engine in ("interpreter", "restricted", "cpython"):
        options = {"engine": engine, "on_event": events.append}
        with create_executor("local", **options) as executor, create_executor("local", **options) as other:
            executor.run(CODE).raise_for_error()
            executor.files.write("e/c", "three")
            saved = executor.snapshot()
            other.restore(saved)
            read = [other.files.read(name).decode() for name in other.files.list()]
            (left_out,) = [event.data.get("left_out") for event in events if event.type == "session.restored"]
            events.clear()
            told[engine] = [dict(describe_snapshot(saved).files), other.files.list(), read, left_out]
    print(json.dumps(told))


if __name__ == "__main__":
    main()
