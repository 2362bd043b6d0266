"""The filter, emulated on both architectures: what is allowed, refused, and killed."""

from __future__ import annotations

import errno
import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.jail import seccomp
from sandbox.jail.bpf import ALLOW, AUDIT_ARCH, KILL, Check, Rule, assemble, refuse
from sandbox.jail.numbers import NUMBERS
from tests.jail import verdicts
from tests.jail.emulator import run, verdict

PID = 4711
MACHINES = ("x86_64", "aarch64")
VARIANTS = [(True, False), (True, True), (False, False)]
EPERM = refuse(errno.EPERM)
NULL, POINTER, HIGH_POINTER = 0, 0x7FFD_0000_1000, 0x7FFD_0000_0000
CWD = 0xFFFFFF9C


def _program(machine: str, own_root: bool = True, fork: bool = False) -> bytes:
    return seccomp.program(own_root=own_root, fork=fork, machine=machine).for_pid(PID)


def _calls(machine: str, names: list[str]) -> list[str]:
    return [name for name in names if NUMBERS[name][0 if machine == "x86_64" else 1] is not None]


def test_every_verdict_is_the_one_written_down() -> None:
    assert verdicts.table().splitlines() == verdicts.FILE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(("own_root", "fork"), VARIANTS)
@pytest.mark.parametrize("machine", MACHINES)
def test_tripwires_kill_in_every_variant(machine: str, own_root: bool, fork: bool) -> None:
    program = _program(machine, own_root, fork)
    assert {verdict(program, machine, name) for name in _calls(machine, seccomp._TRIPWIRES)} == {KILL}


@pytest.mark.parametrize(("own_root", "fork"), VARIANTS)
@pytest.mark.parametrize("machine", MACHINES)
def test_another_architecture_is_killed(machine: str, own_root: bool, fork: bool) -> None:
    other = AUDIT_ARCH["aarch64" if machine == "x86_64" else "x86_64"]
    for arch in (other, 0x40000003):
        assert run(_program(machine, own_root, fork), struct.pack("<iIQ6Q", 0, arch, *[0] * 7)) == KILL


@given(st.integers(0x40000000, 0x7FFFFFFF))
def test_x32_calls_are_killed(number: int) -> None:
    assert verdict(_program("x86_64"), "x86_64", number) == KILL


@given(st.integers(0, 0x3FFFFFFF))
def test_a_number_that_nobody_listed_is_refused(number: int) -> None:
    for machine, column in (("x86_64", 0), ("aarch64", 1)):
        listed = {NUMBERS[name][column] for name in seccomp.rules(own_root=True, fork=True)}
        if number not in listed:
            assert verdict(_program(machine, fork=True), machine, number) == EPERM


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("name", "args", "wanted"),
    [
        ("mmap", (0, 4096, 3, 0x22, -1 & 0xFFFFFFFF), ALLOW),
        ("mmap", (0, 4096, 5, 0x02, 7), ALLOW),
        ("mmap", (0, 4096, 5, 0x22, -1 & 0xFFFFFFFF), EPERM),
        ("mmap", (0, 4096, 7, 0x02, 7), EPERM),
        ("mprotect", (POINTER, 4096, 3), ALLOW),
        ("mprotect", (POINTER, 4096, 5), EPERM),
        ("clone", (0x1200011,), EPERM),
        ("clone3", (POINTER, 88), refuse(errno.ENOSYS)),
        ("kill", (1, 9), ALLOW),
        ("prctl", (38, 1), EPERM),
        ("prctl", (1, 0), EPERM),
        ("prctl", (4, 1), EPERM),
        ("prctl", (21,), ALLOW),
        ("prlimit64", (0, 7, NULL, POINTER), ALLOW),
        ("prlimit64", (PID, 7, NULL, POINTER), ALLOW),
        ("prlimit64", (PID + 1, 7, NULL, POINTER), EPERM),
        ("prlimit64", (0, 7, POINTER, NULL), EPERM),
        ("prlimit64", (0, 7, HIGH_POINTER, NULL), EPERM),
        ("fcntl", (3, 1030), ALLOW),
        ("fcntl", (3, 8), EPERM),
        ("fcntl", (3, 1033), EPERM),
        ("ioctl", (3, 0x5421), ALLOW),
        ("ioctl", (3, 0x5412), refuse(errno.ENOTTY)),
        ("socketpair", (1, 1 | 0o2000000, 0), ALLOW),
        ("socketpair", (1, 2, 0), EPERM),
        ("socketpair", (2, 1, 0), EPERM),
        ("sendto", (3, POINTER, 5, 0, NULL, 0), ALLOW),
        ("sendto", (3, POINTER, 5, 0, POINTER, 16), EPERM),
        ("sendto", (3, POINTER, 5, 0, HIGH_POINTER, 16), EPERM),
        ("sendto", (3, POINTER, 5, 1, NULL, 0), EPERM),
        ("sendto", (3, POINTER, 5, 0x4000, NULL, 0), ALLOW),
        ("recvfrom", (3, POINTER, 5, 0x40, NULL, 0), ALLOW),
        ("recvfrom", (3, POINTER, 5, 1, NULL, 0), EPERM),
        ("recvfrom", (3, POINTER, 5, 0x2000, NULL, 0), EPERM),
        ("clock_gettime", (11, POINTER), ALLOW),
        ("clock_gettime", ((~PID << 3 | 2) & 0xFFFFFFFF, POINTER), EPERM),
        ("clock_nanosleep", (1, 0, POINTER), ALLOW),
        ("sendmsg", (3, POINTER), EPERM),
        ("recvmsg", (3, POINTER), EPERM),
        ("getsockopt", (3, 1, 3), ALLOW),
        ("getsockopt", (3, 1, 17), EPERM),
        ("getsockopt", (3, 1, 77), EPERM),
        ("memfd_create", (POINTER,), EPERM),
        ("symlinkat", (POINTER, CWD, POINTER), EPERM),
        ("linkat", (CWD, POINTER, CWD, POINTER), EPERM),
        ("mknodat", (CWD, POINTER, 0o20666), EPERM),
        ("pidfd_open", (1,), EPERM),
        ("openat2", (CWD, POINTER), refuse(errno.ENOSYS)),
        ("openat", (CWD, POINTER, os.O_RDWR | os.O_CREAT), ALLOW),
        ("newfstatat", (CWD, POINTER, POINTER, 0), ALLOW),
        ("listxattr", (POINTER,), refuse(errno.ENOTSUP)),
        (seccomp.PROBE_CALL, (), refuse(seccomp.PROBE_ERRNO)),
    ],
)
def test_arguments_in_an_own_root(machine: str, name: str, args: tuple[int, ...], wanted: int) -> None:
    assert verdict(_program(machine), machine, name, *args) == wanted


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("name", "args", "wanted"),
    [
        ("mmap", (0, 4096, 3, 0x22), ALLOW),
        ("mmap", (0, 4096, 5, 0x02, 7), EPERM),
        ("openat", (CWD, POINTER, os.O_RDONLY), ALLOW),
        ("openat", (CWD, POINTER, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY), ALLOW),
        ("openat", (CWD, POINTER, os.O_RDWR | os.O_CREAT | os.O_TRUNC), ALLOW),
        ("openat", (CWD, POINTER, os.O_WRONLY | os.O_TRUNC), ALLOW),
        ("openat", (CWD, POINTER, os.O_RDONLY | os.O_TRUNC), EPERM),
        ("openat", (CWD, POINTER, 0o10000000), EPERM),
        ("openat", (CWD, POINTER, 0o10000000 | os.O_RDWR), EPERM),
        ("newfstatat", (CWD, POINTER, POINTER, 0), EPERM),
        ("newfstatat", (CWD, POINTER, POINTER, 0x100), EPERM),
        ("newfstatat", (5, POINTER, POINTER, 0x1000), ALLOW),
        ("statx", (CWD, POINTER, 0), EPERM),
        ("faccessat", (CWD, POINTER, 4), EPERM),
        ("faccessat2", (CWD, POINTER, 4), EPERM),
        ("readlinkat", (CWD, POINTER), EPERM),
        ("fchmodat", (CWD, POINTER, 0), EPERM),
        ("fchmod", (5, 0), EPERM),
        ("utimensat", (CWD, POINTER), EPERM),
        ("truncate", (POINTER, 0), EPERM),
        ("chdir", (POINTER,), EPERM),
        ("statfs", (POINTER,), EPERM),
        ("unlinkat", (CWD, POINTER, 0), ALLOW),
        ("kill", (PID, 2), ALLOW),
        ("kill", (1, 9), EPERM),
        ("kill", (-1 & 0xFFFFFFFF, 9), EPERM),
        ("kill", (0, 9), EPERM),
        ("tgkill", (PID, PID, 6), ALLOW),
        ("tgkill", (PID + 1, PID + 1, 9), EPERM),
        ("clone", (0x1200011,), EPERM),
        ("getpgid", (0,), ALLOW),
        ("getpgid", (PID,), ALLOW),
        ("getpgid", (PID + 1,), EPERM),
        ("getsid", (1,), EPERM),
        ("sched_getaffinity", (0, 8, POINTER), ALLOW),
        ("sched_getaffinity", (1, 8, POINTER), EPERM),
        ("getpriority", (0, PID), ALLOW),
        ("getpriority", (0, 1), EPERM),
        ("getpriority", (2, 0), EPERM),
    ],
)
def test_arguments_under_landlock_alone(machine: str, name: str, args: tuple[int, ...], wanted: int) -> None:
    assert verdict(_program(machine, own_root=False), machine, name, *args) == wanted


@pytest.mark.parametrize("machine", MACHINES)
def test_fork_is_plain_fork_only(machine: str) -> None:
    program = _program(machine, fork=True)
    assert verdict(program, machine, "clone", 0x1200011) == ALLOW
    for flags in (0x3D0F00, 0x11, 0x4111, 0x1200011 | 0x10000000, 0x1200011 | 0x20000000, 0x1208011):
        assert verdict(program, machine, "clone", flags) == EPERM
    assert verdict(program, machine, "clone3", POINTER, 88) == refuse(errno.ENOSYS)


@given(st.integers(0, 0xFFFFFFFF), st.integers(0, 0xFFFFFFFF))
def test_no_executable_memory_that_is_writable_or_anonymous(protection: int, flags: int) -> None:
    for machine in MACHINES:
        for own_root in (True, False):
            allowed = verdict(_program(machine, own_root), machine, "mmap", 0, 4096, protection, flags) == ALLOW
            harmless = not protection & 4 or (own_root and not protection & 2 and not flags & 0x20)
            assert allowed == harmless


@given(
    st.dictionaries(
        st.sampled_from(sorted(NUMBERS)),
        st.one_of(
            st.sampled_from([ALLOW, KILL, EPERM]),
            st.builds(
                lambda value, mask, otherwise: Rule(((Check(0, (value & mask,), mask),),), otherwise),
                st.integers(0, 0xFFFF),
                st.sampled_from([0xFFFFFFFF, 0xFF, 0xF0]),
                st.sampled_from([KILL, EPERM]),
            ),
        ),
        max_size=60,
    ),
    st.sampled_from(sorted(NUMBERS)),
    st.integers(0, 0xFFFF),
)
def test_the_tree_finds_each_rule(rules: dict[str, Rule | int], name: str, argument: int) -> None:
    for machine in MACHINES:
        if not _calls(machine, [name]):
            continue
        rule = rules.get(name, refuse(errno.EAGAIN))
        if isinstance(rule, Rule):
            check = rule.alternatives[0][0]
            wanted = ALLOW if argument & check.mask == check.values[0] else rule.otherwise
        else:
            wanted = rule
        program = assemble(rules, machine, refuse(errno.EAGAIN))
        assert verdict(program.code, machine, name, argument) == wanted


def test_the_program_is_small() -> None:
    for machine in MACHINES:
        for own_root, fork in VARIANTS:
            assert len(_program(machine, own_root, fork)) // 8 < 700
