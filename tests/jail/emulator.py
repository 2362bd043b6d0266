"""Runs a seccomp program as the kernel would, so that both architectures' filters are tested on any machine."""

from __future__ import annotations

import struct

from sandbox.jail.bpf import AUDIT_ARCH
from sandbox.jail.numbers import NUMBERS

MAX_STEPS = 40


def verdict(program: bytes, machine: str, name: str | int, *args: int) -> int:
    """What the filter answers to a call by name or number with these arguments (missing ones are 0)."""
    number = NUMBERS[name][0 if machine == "x86_64" else 1] if isinstance(name, str) else name
    assert number is not None, f"{machine} has no {name}"
    return run(program, struct.pack("<iIQ6Q", number, AUDIT_ARCH[machine], 0, *(list(args) + [0] * 6)[:6]))


def run(program: bytes, data: bytes) -> int:
    """The verdict on one ``struct seccomp_data``."""
    code = list(struct.iter_unpack("<HBBI", program))
    position = accumulator = 0
    for _ in range(MAX_STEPS):
        operation, yes, no, constant = code[position]
        position += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, constant)
        elif operation == 0x54:
            accumulator &= constant
        elif operation == 0x05:
            position += constant
        elif operation == 0x15:
            position += yes if accumulator == constant else no
        elif operation == 0x35:
            position += yes if accumulator >= constant else no
        elif operation == 0x06:
            return int(constant)
        else:
            raise AssertionError(f"unknown instruction {operation:#x}")
    raise AssertionError(f"more than {MAX_STEPS} instructions for one call")
