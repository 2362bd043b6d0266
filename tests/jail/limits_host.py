"""The host process of the tests of limits: restricts itself as a setting asks, runs the program of every row on every
engine that it is for, and prints what came of each as one JSON line. Run as a program: ``limits_host.py TREE SETTING``.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main(tree: str, setting: str) -> dict[str, Any]:
    """What each limit was told as, by engine and row."""
    sys.path.insert(0, tree)
    from executors import create_executor
    from executors.zygotes import shut_down
    from tests.jail.limit_programs import ROWS
    from tests.jail.settings import SETTINGS

    SETTINGS[setting].restrict()
    found: dict[str, Any] = {}
    try:
        for name, row in ROWS.items():
            for engine in row.engines:
                with create_executor("local", engine=engine, **_options(row.limits)) as executor:
                    executor.send_tools({"search": lambda n: n})
                    found[f"{engine}: {name}"] = _told(executor.run(row.program), executor.run("6 * 7"))
                    own_root = executor.isolation.mechanisms.get("own root") == "on"
    finally:
        shut_down()
    return {"own_root": own_root, "told": found}


def _options(limits: dict[str, Any]) -> dict[str, Any]:
    from sandbox.limits import Limits
    from sandbox.policy import Policy

    return {"policy": Policy.standard(), "limits": Limits(**{"wall_s": 20, **limits})}


def _told(result: Any, after: Any) -> dict[str, Any]:
    error = result.error
    return {
        "error": repr(error),
        "limit": [getattr(error, name, None) for name in ("limit", "allowed", "used", "how", "code")],
        "events": [
            [event.data[name] for name in ("limit", "allowed", "used", "how")]
            for event in result.events
            if event.type == "limit" and event.origin == "host"
        ],
        "after": after.value if after.error is None else repr(after.error),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
