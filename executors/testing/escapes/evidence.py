"""What counts as an escape: traces that the runner finds on the host's side.

Invariants: a program's own claim is no evidence; every kind is looked for after every case, whatever its file names;
a kind that is added here is described in docs/escape-corpus.md.
"""

from __future__ import annotations

EVIDENCE: dict[str, str] = {
    "file-read": "the secret in the host's file came out: in a value, output, an error, a file or an event",
    "file-changed": "the host's file was changed, replaced or removed",
    "file-written": "something appeared in a directory of the host",
    "environment-read": "the secret in the host's environment came out",
    "memory-read": "the secret that stands in the host's memory alone came out",
    "host-changed": "the state of the host's process is another: environment, directory, modules, builtins, handlers",
    "corrupted": "the process that the program ran in died of a memory error, and no jail was around it",
    "network": "a listener of the host was reached: TCP, UDP, a Unix socket by path or by abstract name",
    "process-left": "a process that bears the mark lives on after the session was closed",
    "victim-signalled": "a process of the host that was put there to be struck has ended or was stopped",
    "tool-called": "a tool that the decision hook denies has run",
    "went-on": "the program called a tool after a refusal or a limit of the same run was recorded",
    "session-read": "a secret of another session came out",
    "session-changed": "the same honest code has another value in another session than before",
    "forged": "the host's own account is wrong: isolation, usage, or an event of its own",
    "host-failed": "what a host does with every result failed, took long, or let control characters through",
    "overran": "the program used more time, memory, disk or output than its limits allow",
}
"""Kinds of evidence, with what the runner finds for each."""
