"""What the filter says to each call, as text: ``python -m tests.jail.verdicts`` writes verdicts.txt anew.

The file is read by people: a call that is let through, or no longer killed, must be seen in a review.
"""

from __future__ import annotations

import errno
from pathlib import Path

from sandbox.jail import seccomp
from sandbox.jail.bpf import ALLOW, KILL, OWN_PID, Check, Rule, refuse

FILE = Path(__file__).with_name("verdicts.txt")
VARIANTS = {"own root": (True, False), "own root, fork": (True, True), "landlock alone": (False, False)}
_HEAD = """# The system call filter of a worker, call by call: tests.jail.verdicts writes it from the rules.
# A call that is not here fails with EPERM. aN is an argument; "own pid" is that of the worker.
"""


def table() -> str:
    """One paragraph for each variant of the jail, one line for each call."""
    parts = [_HEAD]
    for title, (own_root, fork) in VARIANTS.items():
        rules = seccomp.rules(own_root=own_root, fork=fork)
        parts += [f"\n## {title}\n", *(f"{name}: {_rule(rules[name])}\n" for name in sorted(rules))]
    return "".join(parts)


def _rule(rule: Rule | int) -> str:
    if isinstance(rule, int):
        return _verdict(rule)
    alternatives = (" and ".join(map(_check, checks)) for checks in rule.alternatives)
    return f"allowed if {' or '.join(alternatives)}; else {_verdict(rule.otherwise)}"


def _verdict(code: int) -> str:
    if code in (ALLOW, KILL):
        return "allowed" if code == ALLOW else "killed"
    number = code ^ refuse(0)
    return errno.errorcode.get(number, str(number))


def _check(check: Check) -> str:
    values = ", ".join("own pid" if value == OWN_PID else f"{value:#x}" for value in check.values)
    argument = f"a{check.argument}" + ("" if check.mask == 0xFFFFFFFF else f" & {check.mask:#x}")
    return f"{argument} in {{{values}}}" + (" (64 bits)" if check.wide else "")


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
