"""Assembles seccomp programs: a table of rules becomes a binary search tree over system call numbers.

Invariants: another architecture's calls, and x32 calls, are killed before any rule is looked at; a call without a
rule gets the default verdict; about 20 instructions run per call.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Mapping, Sequence

from .numbers import NUMBERS

ALLOW = 0x7FFF0000
KILL = 0x80000000
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
OWN_PID = 0x7F5A0001
"""Stands in a rule for the worker's own pid; ``Program.for_pid`` puts the real one in its place."""

_LOAD, _AND, _JA, _JEQ, _JGE, _RET = 0x20, 0x54, 0x05, 0x15, 0x35, 0x06
_X32_BIT = 0x40000000

Instruction = tuple[int, int, int, int]
Code = list[Instruction]


def refuse(errno: int) -> int:
    """The verdict that makes a call fail with this errno."""
    return 0x00050000 | errno


@dataclasses.dataclass(frozen=True)
class Check:
    """A test of one argument: ``(argument & mask) in values``. ``wide`` compares all 64 bits (pointers) with 0.

    Values are at most 32 bits: the kernel reads the arguments tested here as ints.
    """

    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF
    wide: bool = False


@dataclasses.dataclass(frozen=True)
class Rule:
    """Allowed when all checks of one alternative hold, else ``otherwise``."""

    alternatives: tuple[tuple[Check, ...], ...]
    otherwise: int


@dataclasses.dataclass(frozen=True)
class Program:
    """Machine code, and where in it the worker's own pid belongs (byte offsets)."""

    code: bytes
    pid_slots: tuple[int, ...]

    def for_pid(self, pid: int) -> bytes:
        """The code for the worker with this pid, as the worker itself sees it."""
        code = bytearray(self.code)
        for slot in self.pid_slots:
            struct.pack_into("<I", code, slot, pid)
        return bytes(code)


def _load_argument(index: int, high: bool = False) -> Instruction:
    return (_LOAD, 0, 0, 16 + 8 * index + (4 if high else 0))


def _check_code(check: Check, fail: int) -> Code:
    """Falls through when the check holds; jumps ``fail`` instructions past its own end when it does not."""
    if check.wide:
        return [
            _load_argument(check.argument),
            (_JEQ, 0, fail + 2, 0),
            _load_argument(check.argument, high=True),
            (_JEQ, 0, fail, 0),
        ]
    code: Code = [_load_argument(check.argument)]
    if check.mask != 0xFFFFFFFF:
        code.append((_AND, 0, 0, check.mask))
    last = len(check.values) - 1
    for index, value in enumerate(check.values):
        code.append((_JEQ, last - index, fail if index == last else 0, value))
    return code


def _rule_code(rule: Rule | int) -> Code:
    if isinstance(rule, int):
        return [(_RET, 0, 0, rule)]
    code: Code = []
    for checks in rule.alternatives:
        part: Code = [(_RET, 0, 0, ALLOW)]
        for check in reversed(checks):
            part = _check_code(check, len(part)) + part
        code += part
    return [*code, (_RET, 0, 0, rule.otherwise)]


def _tree(segments: Sequence[tuple[int, Code]]) -> Code:
    if len(segments) == 1:
        return segments[0][1]
    half = len(segments) // 2
    left, right, pivot = _tree(segments[:half]), _tree(segments[half:]), segments[half][0]
    if len(left) > 255:
        return [(_JGE, 0, 1, pivot), (_JA, 0, 0, len(left)), *left, *right]
    return [(_JGE, len(left), 0, pivot), *left, *right]


def assemble(rules: Mapping[str, Rule | int], machine: str, default: int) -> Program:
    """A program for one architecture. Names that it lacks are left out.

    Raises:
        KeyError: a rule for a name that is no system call, or an unsupported machine.
    """
    column = 0 if machine == "x86_64" else 1
    by_number = {
        found: _rule_code(rule) for name, rule in rules.items() if (found := NUMBERS[name][column]) is not None
    }
    segments: list[tuple[int, Code]] = []
    start = 0
    for call in sorted(by_number):
        if call > start:
            segments.append((start, _rule_code(default)))
        segments.append((call, by_number[call]))
        start = call + 1
    segments.append((start, _rule_code(default)))
    merged = segments[:1]
    for first, code in segments[1:]:
        if code != merged[-1][1]:
            merged.append((first, code))
    program: Code = [(_LOAD, 0, 0, 4), (_JEQ, 1, 0, AUDIT_ARCH[machine]), (_RET, 0, 0, KILL), (_LOAD, 0, 0, 0)]
    if machine == "x86_64":
        program += [(_JGE, 0, 1, _X32_BIT), (_RET, 0, 0, KILL)]
    program += _tree(merged)
    slots = tuple(8 * index + 4 for index, one in enumerate(program) if one[0] == _JEQ and one[3] == OWN_PID)
    return Program(b"".join(struct.pack("<HBBI", *one) for one in program), slots)
