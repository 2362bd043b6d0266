"""By what means limits are enforced: the words of ``LimitExceeded.how``.

Invariants: a word names who looked or who refused; what a worker claims is one of ``OF_WORKERS``, anything else that
it says is told as ``WORKER``.
"""

from __future__ import annotations

HOST_DEADLINE = "host deadline"
HOST_CLOCK = "host clock"
HOST_COUNT = "host count"
RLIMIT = "rlimit"
CGROUP = "cgroup"
SECCOMP = "seccomp"
FILE_SYSTEM = "file system"
ENGINE = "engine"
WORKER = "worker"

OF_WORKERS = frozenset({RLIMIT, SECCOMP, FILE_SYSTEM, ENGINE, WORKER})
"""What a worker may truthfully name; the host's own measures are the host's to tell."""
