"""The host process of the umask test: a session of each engine under the umask that was asked for, as one JSON line.

Run as a program: ``umask_host.py TREE UMASK``.
"""

from __future__ import annotations

import json
import os
import sys

CODE = """
import os
_ = open('a', 'w').write('x')
os.makedirs('d/e')
oct(os.stat('a').st_mode), oct(os.stat('d/e').st_mode)
"""


def main() -> None:
    os.umask(int(sys.argv[2], 8))
    from executors import create_executor

    told = []
    for engine in ("interpreter", "restricted", "cpython"):
        with create_executor("local", engine=engine, branches=int(engine != "cpython")) as executor:
            result = executor.run(CODE)
            executor.files.write("f/g", "1")
            kept = executor.restore(executor.snapshot(leave_out_unsavable=True)).files.list()
            told.append([executor.isolation.level, result.value, str(result.error), kept])
    print(json.dumps(told))


if __name__ == "__main__":
    main()
