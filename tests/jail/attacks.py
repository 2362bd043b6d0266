"""What hostile full Python tries in a fresh worker. Each attack sets ``won`` to what it got; falsy means nothing.

A guest is given ``T`` (see ``targets`` in host.py: where the host's files, sockets and processes are) and ``native``,
a system call by number through ctypes: the wall is tried without the help of Python's own checks.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Attack:
    """``code`` runs as a guest with ``processes`` more processes allowed. ``evidence`` names the outside check that
    also decides (see host.py), or is empty when only the reply does."""

    name: str
    code: str
    evidence: str = ""
    processes: int = 0


_NATIVE_OPEN = """
fd = native(257 if X86 else 56, -100, path.encode(), 0, 0)
won = os.read(fd, 64) if fd >= 0 else b""
"""

_ATTACKS: tuple[Attack, ...] = (
    # --- the host's files
    Attack("read_file", "won = open(T['secret']).read()"),
    Attack("read_file_native", "path = T['secret']" + _NATIVE_OPEN),
    Attack("read_passwd", "won = open('/etc/passwd').read()"),
    Attack("read_passwd_native", "path = '/etc/passwd'" + _NATIVE_OPEN),
    Attack("read_up", "won = open('../' * 20 + T['secret'][1:]).read()"),
    Attack("read_proc", "won = open('/proc/self/environ').read()"),
    Attack("read_proc_root", "won = open('/proc/1/root' + T['secret']).read()"),
    Attack("read_by_path_descriptor", """
fd = os.open(T['secret'], 0o10000000)
won = open(f'/proc/self/fd/{fd}').read()"""),
    Attack("openat2", "won = native(437, -100, T['secret'].encode(), bytes(24), 24) >= 0"),
    Attack("list_directory", "won = os.listdir(T['directory'])"),
    Attack("list_root", "won = {'etc', 'var', 'proc', 'sys', 'boot'} & set(os.listdir('/'))"),
    Attack("list_home", "won = os.listdir('/root') + os.listdir('/home')"),
    Attack("walk_descriptors", """
won = []
for fd in range(64):
    for up in ('..', '../../etc'):
        try:
            won += os.listdir(os.open(up, os.O_RDONLY, dir_fd=fd))
        except (OSError, OverflowError):
            pass
"""),
    Attack("symlink_out", "os.symlink(T['secret'], 'link')\nwon = open('link').read()"),
    Attack("hardlink_in", "os.link(T['secret'], 'link')\nwon = open('link').read()"),
    Attack("rename_in", "os.rename(T['secret'], 'stolen')\nwon = True", "secret"),
    Attack("chroot_out", "os.chroot('.')\nwon = True"),
    # --- writing outside
    Attack("write_outside", "open(T['writable'] + '/pwned', 'w').write('x')\nwon = True", "writable"),
    Attack("write_up", "open('../pwned', 'w').write('x')\nwon = True", "writable"),
    Attack("append_secret", "open(T['secret'], 'a').write('x')\nwon = True", "secret"),
    Attack("truncate_secret", "os.truncate(T['secret'], 0)\nwon = True", "secret"),
    Attack("truncate_by_open", "os.open(T['secret'], os.O_RDONLY | os.O_TRUNC)\nwon = True", "secret"),
    Attack("chmod_secret", "os.chmod(T['secret'], 0)\nwon = True", "secret"),
    Attack("utime_secret", "os.utime(T['secret'], (1, 1))\nwon = True", "secret"),
    Attack("remove_secret", "os.remove(T['secret'])\nwon = True", "secret"),
    Attack("mkdir_outside", "os.mkdir(T['writable'] + '/pwned')\nwon = True", "writable"),
    Attack("write_library", "open(os.__file__, 'a').write('x')\nwon = True"),
    Attack("write_our_package", "import sandbox.zygote as z\nopen(z.__file__, 'a').write('x')\nwon = True"),
    Attack("make_device", "os.mknod('null', 0o20666, 0x103)\nwon = True"),
    Attack("make_fifo", "os.mkfifo('fifo')\nwon = True"),
    # --- the network
    Attack("tcp", "import socket\nsocket.create_connection(('127.0.0.1', T['tcp']), 2).send(b'x')\nwon = True", "tcp"),
    Attack("udp", """
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', T['udp']))
won = True""", "udp"),
    Attack("unix", "import socket\nsocket.socket(socket.AF_UNIX).connect(T['unix'])\nwon = True", "unix"),
    Attack("abstract", """
import socket
socket.socket(socket.AF_UNIX).connect('\\0' + T['abstract'])
won = True""", "abstract"),
    Attack("datagram_of_a_pair", """
import socket
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
a.sendto(b'x', T['datagram'])
won = True""", "datagram"),
    Attack("stream_of_a_pair", """
import socket
a, b = socket.socketpair()
a.sendto(b'x', T['datagram'])
won = True""", "datagram"),
    Attack("connect_the_frames_socket", """
import socket
socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, os.dup(3)).connect(T['unix'])
won = True""", "unix"),
    Attack("peer_of_the_frames_socket", """
import socket, struct
won = struct.unpack('3i', socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, os.dup(3)).getsockopt(1, 17, 12))
"""),
    Attack("io_uring", "won = native(425, 8, bytes(120)) >= 0"),
    # --- processes
    Attack("fork", "won = os.fork() >= 0"),
    Attack("vfork", "won = native(58, 0) >= 0 if X86 else False"),
    Attack("fork_native", "won = native(57, 0) >= 0 if X86 else False"),
    Attack("clone_native", "won = native(56 if X86 else 220, 17, 0, 0, 0, 0) >= 0"),
    Attack("clone3", "won = native(435, bytes([0] * 88), 88) >= 0"),
    Attack("thread", "import _thread\n_thread.start_new_thread(print, ())\nwon = True"),
    Attack("fork_beyond_the_limit", """
made = 0
held, holder = os.pipe()
for _ in range(12):
    try:
        pid = os.fork()
    except OSError:
        break
    if pid == 0:
        os.close(holder)
        os.read(held, 1)
        os._exit(0)
    made += 1
won = made > 2
""", processes=2),
    Attack("namespace_by_clone", "won = native(56 if X86 else 220, 0x10000011, 0, 0, 0, 0) >= 0", processes=2),
    Attack("exec", "os.execv(T['binary'], [T['binary'], '-c', 'pass'])"),
    Attack("exec_of_own_file", """
import shutil
shutil.copy(os.__file__, 'x')
os.execv('/cell/x', ['x'])
won = True"""),
    Attack("spawn", "won = os.posix_spawn(T['binary'], ['x', '-c', 'pass'], {})", processes=2),
    Attack("memfd", "won = os.memfd_create('x') >= 0"),
    Attack("ptrace_host", "won = native(101 if X86 else 117, 16, T['host'], 0, 0) == 0", "victims"),
    Attack("ptrace_me", "won = native(101 if X86 else 117, 0, 0, 0, 0) == 0"),
    Attack("read_host_memory", "won = native(310 if X86 else 270, T['host'], 0, 0, 0, 0, 0) >= 0"),
    Attack("kill_host", "os.kill(T['host'], 9)\nwon = True", "victims"),
    Attack("probe_host", "os.kill(T['host'], 0)\nwon = True"),
    Attack("kill_parent", "os.kill(os.getppid(), 9)\nwon = os.getppid() != 0", "victims"),
    Attack("kill_victim", "os.kill(T['victim'], 9)\nwon = True", "victims"),
    Attack("kill_other_worker", "os.kill(T['worker'], 9)\nwon = True", "victims"),
    Attack("reach_all", "os.kill(-1, 0)\nwon = True"),
    Attack("kill_group", "os.killpg(T['host'], 9)\nwon = True", "victims"),
    Attack("tgkill_victim", "won = native(234 if X86 else 131, T['victim'], T['victim'], 9) == 0", "victims"),
    Attack("queue_signal", "won = native(129 if X86 else 138, T['victim'], 9, bytes(128)) == 0", "victims"),
    Attack("pidfd_of_victim", "won = os.pidfd_open(T['victim']) >= 0"),
    Attack("see_processes", "won = os.listdir('/proc')"),
    Attack("find_processes", """
won = []
for pid in {*range(1, 3000), *range(max(1, T['host'] - 50), T['host'] + 50)}:
    if pid != os.getpid():
        try:
            os.kill(pid, 0)
            won.append(pid)
        except OSError:
            pass
"""),
    Attack("limits_of_others", "import resource\nwon = resource.prlimit(T['victim'], resource.RLIMIT_NOFILE)"),
    Attack("raise_own_limit", """
import resource
soft, hard = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
won = True"""),
    # --- the kernel and privileges
    Attack("be_root", "won = 0 in (os.getuid(), os.geteuid(), os.getgid(), os.getegid())"),
    Attack("become_root", "os.setuid(0)\nwon = True"),
    Attack("unshare", "won = native(272 if X86 else 97, 0x10000000) == 0"),
    Attack("mount", "won = native(165 if X86 else 40, b'x', b'/cell', b'tmpfs', 0, 0) == 0"),
    Attack("bpf", "won = native(321 if X86 else 280, 0, bytes(64), 64) >= 0"),
    Attack("keyring", "won = native(250 if X86 else 219, 0, -3, 0) >= 0"),
    Attack("outlive_parent", "won = native(157 if X86 else 167, 1, 0, 0, 0, 0) == 0"),
    Attack("become_dumpable", "won = native(157 if X86 else 167, 4, 1, 0, 0, 0) == 0"),
    Attack("executable_memory", "won = mapped(7, 0x22, -1)"),
    Attack("executable_by_mprotect", """
address = mapped(3, 0x22, -1)
won = native(10 if X86 else 226, ctypes.c_void_p(address), 4096, 5) == 0
"""),
    Attack("executable_file_of_own", """
with open('code', 'wb') as file:
    file.write(bytes(4096))
won = mapped(5, 2, os.open('code', os.O_RDONLY))
"""),
    Attack("x32_calls", "won = native(0x40000000 + 39) >= 0 if X86 else False"),
    Attack("processes_by_other_calls", """
import time
won = []
for pid in (T['host'], T['victim'], T['worker']):
    for ask in (
        os.getpgid, os.getsid, os.sched_getaffinity, os.sched_getscheduler, os.sched_getparam,
        lambda pid: os.getpriority(os.PRIO_PROCESS, pid), lambda pid: time.clock_gettime((~pid << 3) | 2),
        lambda pid: time.clock_getres((~pid << 3) | 2),
    ):
        try:
            won.append(ask(pid))
        except OSError:
            pass
"""),
    Attack("send_out_of_band", "won = native(44 if X86 else 206, 3, b'x', 1, 1, 0, 0) >= 0"),
    Attack("load_library_of_own", """
import glob, shutil
made = glob.glob(os.path.dirname(os.__file__) + '/lib-dynload/*.so')[0]
shutil.copyfile(made, 'own.so')
won = bool(ctypes.CDLL(os.path.abspath('own.so')))"""),
    Attack("patch_library_code", """
import glob
fd = os.open(glob.glob(os.path.dirname(os.__file__) + '/lib-dynload/*.so')[0], os.O_RDONLY)
address = mapped(1, 2, fd)
number = 10 if X86 else 226
writable = native(number, ctypes.c_void_p(address), 4096, 3) == 0
won = writable and native(number, ctypes.c_void_p(address), 4096, 5) == 0"""),
    # --- what was the host's
    Attack("inherited_descriptors", """
won = []
for fd in range(4, 4096):
    try:
        os.fstat(fd)
        won.append(fd)
    except OSError:
        pass
"""),
    Attack("standard_input", "won = os.read(0, 64)"),
    Attack("canaries_in_environment", """
import sys
won = found(repr((dict(os.environ), sys.argv, sys.orig_argv)).encode())"""),
    Attack("canaries_in_memory", """
names = scan()
if T['control'] not in names:
    raise AssertionError(f'the scan does not see its own control: {names}')
won = [name for name in names if name != T['control']]
"""),
)  # fmt: skip
_BY_NUMBER = {
    "execveat": (322, 281, "-100, b'/cell/x', 0, 0, 0"),
    "userfaultfd": (323, 282, "1"),
    "perf_event": (298, 241, "bytes([0, 0, 0, 0, 128]) + bytes(123), 0, -1, -1, 0"),
    "secret_memory": (447, 447, "0"),
    "setns": (308, 268, "3, 0"),
    "open_tree": (428, 428, "-100, b'/', 0"),
    "filesystem_context": (430, 430, "b'tmpfs', 0"),
    "mount_attributes": (442, 442, "-100, b'/', 0, bytes(32), 32"),
    "unmount_cell": (166, 39, "b'/cell', 2"),
    "file_handle": (303, 264, "-100, b'/cell', bytes([56]) + bytes(71), bytes(8), 0"),
    "open_by_handle": (304, 265, "3, bytes([8]) + bytes(71), 0"),
    "pidfd_getfd": (438, 438, "3, 0, 0"),
    "process_madvise": (440, 440, "3, 0, 0, 0, 0"),
    "shared_memory": (29, 194, "0, 4096, 0o1600"),
    "semaphores": (64, 190, "0, 1, 0o1600"),
    "message_queue": (68, 186, "0, 0o1600"),
    "posix_queue": (240, 180, "b'x', 0o102, 0o600, 0"),
    "inotify": (294, 26, "0"),
    "fanotify": (300, 262, "0, 0"),
    "personality": (135, 92, "0x400000"),
    "affinity": (203, 122, "0, 8, bytes([255] * 8)"),
    "scheduler": (144, 119, "0, 3, bytes(8)"),
    "own_priority": (141, 140, "0, 0, 1"),
    "clock_tuning": (159, 171, "bytes(208)"),
    "host_name": (170, 161, "b'x', 1"),
    "swap": (167, 224, "b'/cell/x', 0"),
    "quota": (179, 60, "0x800005, 0, 0, bytes(64)"),
    "accounting": (163, 89, "0"),
    "kernel_log": (103, 116, "3, bytes(64), 64"),
    "own_landlock": (444, 444, "bytes([1]) + bytes(7), ctypes.c_size_t(8), 0"),
    "own_filter": (317, 277, "3, 0, bytes(8)"),
    "ptracer": (157, 167, "0x59616D61, ctypes.c_ulong(-1), 0, 0, 0"),
    "memory_map_fields": (157, 167, "35, 6, ctypes.c_ulong(0), 0, 0"),
    "subreaper": (157, 167, "36, 1, 0, 0, 0"),
    "keep_capabilities": (157, 167, "8, 1, 0, 0, 0"),
    "call_dispatch": (157, 167, "59, 0, 0, 0, 0"),
    "owner_of_signals": (72, 25, "3, 8, T['victim']"),
    "kind_of_signals": (72, 25, "3, 10, 9"),
    "directory_notification": (72, 25, "os.open('.', os.O_RDONLY), 1026, 4"),
    "lease": (72, 25, "os.open(os.__file__, os.O_RDONLY), 1024, 0"),
    "larger_pipe": (72, 25, "1, 1031, 1 << 20"),
    "remapped_pages": (216, 234, "0, 0, 0, 0, 0"),
    "extended_attribute": (188, 5, "b'.', b'user.x', b'y', ctypes.c_size_t(1), 0"),
}
"""Calls by number (x86_64, aarch64), with arguments that a plain kernel looks at."""
_CLONE_FLAGS = {
    "threads": 0x3D0F00, "vfork": 0x4111, "mounts": 0x20011, "control_groups": 0x2000011, "host_name": 0x4000011,
    "ipc": 0x8000011, "pids": 0x20000011, "network": 0x40000011, "parent": 0x8011, "pidfd": 0x1011,
}  # fmt: skip
_SIGNALS = {"tkill": (200, 130, "9"), "signal_to_thread": (297, 240, "T['victim'], 9, bytes(128)")}
_ATTACKS += (
    *(Attack(f"call_{name}", f"won = native({x} if X86 else {arm}, {args}) >= 0")
      for name, (x, arm, args) in _BY_NUMBER.items()),
    *(Attack(f"call_{name}", f"won = native({x} if X86 else {arm}, T['victim'], {args}) >= 0", "victims")
      for name, (x, arm, args) in _SIGNALS.items()),
    *(Attack(f"clone_{name}", f"won = native(56 if X86 else 220, {flags}, 0, 0, 0, 0) >= 0", processes=2)
      for name, flags in _CLONE_FLAGS.items()),
    *(Attack(f"terminal_{name}", f"won = any(native(16 if X86 else 29, fd, {call}, b'x') == 0 for fd in range(64))")
      for name, call in (("input", 0x5412), ("console", 0x541C))),
)  # fmt: skip
ATTACKS = {attack.name: attack for attack in _ATTACKS}

WIN_WITHOUT_A_JAIL = (
    "read_file read_file_native read_passwd read_passwd_native read_up read_proc read_by_path_descriptor "
    "list_directory list_root symlink_out hardlink_in write_outside append_secret truncate_secret chmod_secret "
    "utime_secret mkdir_outside tcp udp unix abstract datagram_of_a_pair peer_of_the_frames_socket fork thread "
    "fork_beyond_the_limit memfd probe_host kill_victim pidfd_of_victim see_processes find_processes reach_all "
    "limits_of_others become_dumpable outlive_parent executable_memory executable_by_mprotect executable_file_of_own "
    "inherited_descriptors canaries_in_environment canaries_in_memory processes_by_other_calls send_out_of_band "
    "load_library_of_own patch_library_code call_inotify call_own_priority call_own_landlock call_affinity "
    "call_extended_attribute call_subreaper call_owner_of_signals call_personality"
).split()
"""What succeeds in an ordinary process of the same user: the control that these attacks can win at all."""
