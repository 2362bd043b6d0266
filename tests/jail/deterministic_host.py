"""The host process of the deterministic tests: two sessions of each engine under a setting, as one JSON line.

Run as a program: ``deterministic_host.py TREE SETTING``.
"""

from __future__ import annotations

import json
import sys

from tests.jail.settings import SETTINGS

CODE = """
import datetime, os, random, time, uuid
with open('file', 'w') as file:
    file.write('text')
[time.time(), random.random(), str(uuid.uuid4()), list({'a', 'b', 'c'}), repr(object()), str(datetime.datetime.now()),
 os.stat('file').st_mtime]
"""


def main() -> None:
    SETTINGS[sys.argv[2]].restrict()
    from executors import create_executor
    from sandbox.policy import Policy

    told = []
    for engine in ("interpreter", "restricted", "cpython"):
        for _ in range(2):
            with create_executor("local", engine=engine, policy=Policy.standard(deterministic=True)) as executor:
                result = executor.run(CODE)
                told.append([repr(result.value), str(result.error), [event.to_json() for event in result.events]])
    print(json.dumps(told))


if __name__ == "__main__":
    main()
