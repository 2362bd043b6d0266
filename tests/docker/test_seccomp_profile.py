"""The container profile: what is in it, how it relates to the jail's filter, and what a process under it gets."""

from __future__ import annotations

import errno
import json
import re
import signal
import sys
import sysconfig
from pathlib import Path

import pytest

from executors.docker import seccomp
from sandbox.jail import seccomp as jail
from sandbox.jail.bpf import ALLOW
from sandbox.jail.numbers import NUMBERS
from tests.docker import engine_here

HEADERS = (Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Path("/usr/include/asm-generic/unistd.h"))
NEVER = """
socket connect bind listen accept accept4 sendmmsg recvmmsg io_uring_setup io_uring_enter io_uring_register ptrace
process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp keyctl add_key request_key bpf perf_event_open
userfaultfd mount umount umount2 pivot_root chroot open_tree move_mount mount_setattr fsopen fsconfig fsmount fspick
unshare setns memfd_create memfd_secret execveat personality name_to_handle_at open_by_handle_at vmsplice splice tee
init_module finit_module delete_module kexec_load kexec_file_load iopl ioperm modify_ldt quotactl acct swapon swapoff
reboot settimeofday clock_settime clock_adjtime adjtimex setuid setgid setreuid setregid setresuid setresgid setfsuid
setfsgid setgroups capset sethostname setdomainname syslog fanotify_init fanotify_mark inotify_init inotify_init1
shmget shmat shmctl msgget semget mq_open io_setup lookup_dcookie nfsservctl uselib ustat vhangup sync syncfs
""".split()
"""What issue after issue of container escapes and kernel exploits began with; none of it is needed to run Python."""


def test_what_no_worker_needs_is_not_allowed() -> None:
    assert sorted(seccomp.allowed_names().intersection(NEVER)) == []


def test_a_tripwire_of_the_jail_is_allowed_only_for_a_written_reason() -> None:
    assert seccomp.allowed_names().intersection(jail._TRIPWIRES) == set(seccomp.THOUGH_A_TRIPWIRE)
    assert all(len(why) > 40 for why in seccomp.THOUGH_A_TRIPWIRE.values())


def test_what_the_jail_bounds_by_arguments_is_bounded_here_or_named_here() -> None:
    """Calls that the jail allows under conditions, and that this profile allows without any."""
    bounded = {name for name, rule in jail.rules(own_root=True, fork=True).items() if type(rule) is not int}
    free = {name for row in seccomp.ALLOWED if not row.conditions for name in row.names.split()}
    # Executable memory is what compilers and ctypes callbacks make; clocks and sizes of other processes of the
    # container are not secret: it holds one session.
    assert bounded & free == {"mmap", "mprotect", "clock_gettime", "clock_getres", "clock_nanosleep"}


def test_every_name_is_a_system_call() -> None:
    known = set(NUMBERS)
    for header in HEADERS:
        if header.exists():
            known |= set(re.findall(r"define __NR(?:3264)?_(\w+)", header.read_text(encoding="ascii")))
    unknown = (seccomp.allowed_names() | set(seccomp.ANSWERED)) - known
    if not all(header.exists() for header in HEADERS):
        pytest.skip("needs the kernel's headers: the package linux-libc-dev")
    assert unknown == set()


def test_no_name_is_allowed_twice_but_by_other_conditions() -> None:
    seen: dict[str, list[tuple[seccomp.Condition, ...]]] = {}
    for row in seccomp.ALLOWED:
        for name in row.names.split():
            seen.setdefault(name, []).append(row.conditions)
    for name, conditions in seen.items():
        assert len(set(conditions)) == len(conditions), name
        # Engines join rules of one call with "or": one without conditions would void the others.
        assert len(conditions) == 1 or () not in conditions, name


def test_no_row_asks_twice_about_one_argument() -> None:
    """The engine's runtime joins such conditions with "or"."""
    for row in seccomp.ALLOWED:
        assert len({one.argument for one in row.conditions}) == len(row.conditions), row.names


def test_a_socket_is_one_end_of_a_stream_pair_or_nothing() -> None:
    (row,) = [row for row in seccomp.ALLOWED if "socketpair" in row.names]
    assert row.names == "socketpair"
    assert row.conditions == ((0, "SCMP_CMP_EQ", 1, 0), (1, "SCMP_CMP_MASKED_EQ", 0xF, 1))


def test_no_filter_program_can_be_attached_to_a_socket() -> None:
    """SO_ATTACH_FILTER and its kin (26, 50, 51, 52) hand code to the kernel."""
    rows = [row for row in seccomp.ALLOWED if "setsockopt" in row.names]
    assert [row.conditions for row in rows] == [
        ((1, "SCMP_CMP_EQ", 1, 0), (2, "SCMP_CMP_EQ", size, 0)) for size in (7, 8)
    ]


def test_new_processes_come_without_namespaces() -> None:
    (row,) = [row for row in seccomp.ALLOWED if row.names == "clone"]
    assert row.conditions == ((0, "SCMP_CMP_MASKED_EQ", 0x7E020000, 0),)
    assert seccomp.ANSWERED["clone3"][0] == errno.ENOSYS


def test_the_text_is_the_document_and_denies_by_default() -> None:
    document = json.loads(seccomp.profile())
    assert document == seccomp.document()
    assert (document["defaultAction"], document["defaultErrnoRet"]) == ("SCMP_ACT_ERRNO", errno.EPERM)
    assert [entry["subArchitectures"] for entry in document["archMap"]] == [[], []]
    assert {rule["action"] for rule in document["syscalls"]} == {"SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"}


def test_the_mark_is_not_the_jails() -> None:
    assert seccomp.PROBE_ERRNO != jail.PROBE_ERRNO
    assert jail.rules(own_root=True, fork=False)[seccomp.PROBE_CALL] != ALLOW


TRIED = """
import asyncio, ctypes, json, multiprocessing, os, signal, socket, subprocess, sys, threading
sys.path[:0] = ["/opt/hardcell"]
from sandbox import probing
from sandbox.jail import kernel

os.chdir("/cell")
found = {"calls": probing.calls()}
here = []
thread = threading.Thread(target=here.append, args=("thread",))
thread.start()
thread.join()
ran = subprocess.run([sys.executable, "-I", "-c", "print('child')"], capture_output=True, start_new_session=True)
here.append(ran.stdout.decode().strip())

async def talk():
    child = await asyncio.create_subprocess_exec(sys.executable, "-I", "-c", "print(input())", stdin=-1, stdout=-1)
    return (await child.communicate(b"asyncio"))[0].decode().strip()

here.append(asyncio.run(talk()))
one, other = multiprocessing.Pipe()
one.send("pipe")
here.append(other.recv())
os.mkfifo("fifo")
callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
here.append(callback(lambda x: x + 1)(41))
found["here"] = here

def fails(act):
    try:
        act()
    except OSError as error:
        return error.errno
    return 0

left, right = socket.socketpair()
left.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
here.append(left.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE))
found["fails"] = [
    fails(lambda: socket.socket(socket.AF_UNIX)),
    fails(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)),
    fails(lambda: left.send(b"x", socket.MSG_OOB)),
    fails(lambda: left.sendmsg([b"x"], [], socket.MSG_OOB)),
    fails(lambda: left.setsockopt(socket.SOL_SOCKET, 26, bytes(16))),
    fails(lambda: os.mknod("device", 0o020600, os.makedev(1, 3))),
    fails(lambda: kernel.syscall("clone3", None, ctypes.c_ulong(0))),
    fails(lambda: __import__("resource").prlimit(os.getppid() or 1, 7)),
]
if os.uname().machine == "x86_64":
    child = os.fork()
    if child == 0:
        ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 39))
        os._exit(0)
    found["other"] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(json.dumps(found))
"""
"""What Python does, what must fail, and a call by the numbers of another architecture (x32)."""


def test_what_a_process_gets_under_the_profile() -> None:
    status, said = engine_here.run(TRIED, engine_here.options() | {"pids_limit": 32})
    assert status == 0, said
    found = json.loads(said)
    assert found["calls"]["mode"] == 2
    assert found["calls"]["marked"] == seccomp.PROBE_ERRNO
    assert set(found["calls"]["refused"].values()) == {errno.EPERM}
    assert found["here"] == ["thread", "child", "asyncio", "pipe", 42, 1]
    assert found["fails"] == [errno.EPERM] * 6 + [errno.ENOSYS, errno.EPERM]
    assert found.get("other", -signal.SIGSYS) == -signal.SIGSYS


LIBRARIES = """
import io, os, sqlite3, sys
os.chdir("/cell")
sys.path.append("/packages")
import numpy as np
import pandas as pd
from concurrent.futures import ThreadPoolExecutor

square = np.arange(250_000, dtype=float).reshape(500, 500)
with ThreadPoolExecutor(4) as pool:
    products = list(pool.map(lambda _: float((square @ square)[0, 0]), range(4)))
np.save("square.npy", square)
mapped = np.load("square.npy", mmap_mode="r")
frame = pd.read_csv(io.StringIO("name,n\\na,1\\nb,2\\na,3"))
frame.to_csv("frame.csv")
with sqlite3.connect("frame.db") as connection:
    frame.to_sql("frame", connection)
    rows = connection.execute("select count(*) from frame").fetchone()[0]
totals = frame.groupby("name").n.sum().to_dict()
print([len(set(products)), float(mapped[499, 499]), rows, totals["a"], len(pd.read_csv("frame.csv"))])
"""


def test_numpy_and_pandas_work_under_the_profile() -> None:
    pytest.importorskip("pandas", reason="needs pandas")
    client, image = engine_here.engine()
    inside = client.images.get(image).labels["hardcell.python"]
    if inside != (here := f"{sys.version_info.major}.{sys.version_info.minor}"):
        pytest.skip(f"needs packages of Python {inside}, which the image has, and this is {here}")
    mounts = {"volumes": {sysconfig.get_path("purelib"): {"bind": "/packages", "mode": "ro"}}}
    roomy = {"mem_limit": "600m", "memswap_limit": "600m", "pids_limit": 64, "environment": {"HOME": "/cell"}}
    status, said = engine_here.run(LIBRARIES, engine_here.options() | mounts | roomy | {"mounts": []})
    assert status == 0, said
    assert json.loads(said.splitlines()[-1]) == [1, 249_999.0, 3, 4, 3]
