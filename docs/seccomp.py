"""Writes images/docker/seccomp.json from ``executors/docker/seccomp.py``: ``make docs``; ``--check`` only compares."""

from __future__ import annotations

import json
import sys

from pages import publish

from executors.docker.seccomp import document

if __name__ == "__main__":
    sys.exit(publish("../images/docker/seccomp.json", json.dumps(document(), indent=1) + "\n", sys.argv[1:]))
