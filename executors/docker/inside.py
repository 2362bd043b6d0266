"""What is run with the Python of an image while the image is made: a program of the standard library alone.

The text of this file is sent to a container without network as ``python3 -I -B -c TEXT VERB …``; a Dockerfile runs it
as a script; and the host imports ``interpreter_files``, which reads an installation of CPython where it lies.

    facts                    one JSON object: Python's version, its C library, the machine
    compile ROOT DIRECTORY…  byte code beside every source, checked against nothing (``unchecked-hash``), of time 0
    assemble ROOT            a root file system with this Python and nothing else

Invariants: imports nothing that is not in the standard library of CPython 3.11 or newer; no shell, no ldd.
"""

from __future__ import annotations

import compileall
import json
import os
import platform
import py_compile
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

HOME = "/opt/python"
"""Where an interpreter from a prefix lies in an image."""
ZONES = "/usr/share/zoneinfo"
ACCOUNTS = {
    "etc/passwd": b"root:x:0:0:root:/:/sbin/nologin\nguest:x:65532:65532::/cell:/sbin/nologin\n",
    "etc/group": b"root:x:0:\nguest:x:65532:\n",
}
DIRECTORIES = ("cell", "dev", "etc", "opt", "proc", "sys", "tmp")
MERGED = ("bin", "lib", "lib64", "sbin")
"""Names of the top level that are links below ``usr``."""
# Tests, editors, installers, toolkits; what needs a terminal; static libraries; second copies of the time zones; byte
# code, which is made anew.
LEFT_OUT = re.compile(
    r"/(?:tests?|idlelib|idle_test|tkinter|turtledemo|ensurepip|lib2to3|pydoc_data|site-packages|dist-packages|__pycache__"
    r"|config-3[^/]*|gconv|posix|right)/|/(?:turtle|sitecustomize)\.py$|\.(?:a|pyc)$"
    r"|/lib-dynload/(?:_test|_ctypes_test|_tkinter|_curses|_dbm|_gdbm|xx|nis|readline)[^/]*$"
)
_PT_INTERP = 3


def facts() -> dict[str, object]:
    """This Python and its machine, as far as packages for it must fit."""
    version = ".".join(map(str, sys.version_info[:2]))
    library, release = platform.libc_ver()
    return {
        "python": version,
        "implementation": sys.implementation.name,
        "libc": library or "other",
        "libc_version": release,
        "machine": platform.machine(),
    }


def compile_all(root: str, directories: list[str]) -> bool:
    """Byte code for every source below these directories of a root, named as they are within it; whether all compiled.

    What that changes has time 0 afterwards.
    """
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    workers = 0 if os.path.isdir("/dev/shm") else 1
    tops = [os.path.join(root, directory) for directory in directories]
    good = [
        compileall.compile_dir(
            top,
            maxlevels=60,
            force=True,
            quiet=2,
            invalidation_mode=mode,
            workers=workers,
            stripdir=root,
            prependdir="/",
        )
        for top in tops
    ]
    for top in tops:
        for folder, _, names in os.walk(top):
            # A file whose time is changed is copied into the new layer: sources have time 0 already.
            for path in (*(os.path.join(folder, name) for name in names if name.endswith(".pyc")), folder):
                os.utime(path, (0, 0), follow_symlinks=False)
    return all(good)


def interpreter_files(prefix: Path, version: str) -> dict[str, Path]:
    """Names in an image, and what on this disk belongs there, for CPython ``version`` installed at ``prefix``.

    Links within the prefix become copies of what they lead to. The loader of the interpreter is asked which shared
    libraries are needed, so the prefix is trusted as much as starting it would be.

    Raises:
        FileNotFoundError: there is no such interpreter.
    """
    program = prefix / "bin" / f"python{version}"
    if not program.is_file():
        raise FileNotFoundError(f"{program}: no such interpreter")
    own = {f"{HOME}/bin/python{version}": program}
    for path in sorted((prefix / "lib" / f"python{version}").rglob("*")):
        name = f"/{path.relative_to(prefix).as_posix()}"
        if path.is_file() and not LEFT_OUT.search(name):
            own[HOME + name] = path
    found = {**own, **_libraries([path for name, path in own.items() if _is_binary(name)])}
    if os.path.isdir(ZONES):
        zones = (path for path in sorted(Path(ZONES).rglob("*")) if path.is_file())
        found |= {str(path): path for path in zones if not LEFT_OUT.search(str(path))}
    return {in_root(name): path for name, path in found.items()}


def in_root(name: str) -> str:
    """The relative name of a path in a root whose ``/bin``, ``/lib``, ``/lib64`` and ``/sbin`` are links below /usr."""
    plain = os.path.normpath(name).lstrip("/")
    return f"usr/{plain}" if plain.split("/")[0] in MERGED else plain


def _is_binary(name: str) -> bool:
    return bool(re.search(r"\.so(?:\.|$)|/bin/python3\.\d+$", name))


def _libraries(binaries: list[Path]) -> dict[str, Path]:
    """Paths in an image of the shared libraries that these need, the loader among them, and the files they are."""
    loader = program_loader(binaries[0])
    listing = [
        line
        for binary in binaries
        for line in subprocess.run([loader, "--list", str(binary)], capture_output=True, text=True).stdout.splitlines()
    ]
    lost = sorted({line.split()[0] for line in listing if "not found" in line})
    if lost:
        raise FileNotFoundError(f"shared libraries that this Python needs and this machine lacks: {', '.join(lost)}")
    paths = {match[1] for line in listing if (match := re.search(r"(/\S+) \(0x", line))} - {loader}
    libc = next((path for path in paths if path.endswith("/libc.so.6")), "")
    # The first is opened by name when a thread is cancelled; most wheels with compiled code need the other.
    beside = [f"{os.path.dirname(libc)}/{name}" for name in ("libgcc_s.so.1", "libstdc++.so.6")] if libc else []
    paths.update(path for path in beside if os.path.exists(path))
    # All beside the C library, where a loader looks by itself: LD_LIBRARY_PATH would reach guests.
    home = os.path.dirname(libc) or "/usr/lib"
    found = {f"{home}/{os.path.basename(path)}": Path(os.path.realpath(path)) for path in sorted(paths)}
    return {**found, loader: Path(os.path.realpath(loader))}


def program_loader(program: Path) -> str:
    """The dynamic loader that an ELF program names in itself (System V ABI, chapter 5, program header PT_INTERP).

    Raises:
        ValueError: it is not a 64-bit little-endian ELF program that names one.
    """
    data = program.read_bytes()
    if data[:6] == b"\x7fELF\x02\x01":
        (headers,) = struct.unpack_from("<Q", data, 32)
        size, count = struct.unpack_from("<HH", data, 54)
        for offset in range(headers, headers + size * count, size):
            kind, _, start, _, _, length = struct.unpack_from("<IIQQQQ", data, offset)
            if kind == _PT_INTERP:
                return data[start : start + length].rstrip(b"\0").decode()
    raise ValueError(f"{program}: not a program that a dynamic loader starts")


def assemble(root: Path) -> None:
    """Write a root file system with the Python that runs this, by copying."""
    version = ".".join(map(str, sys.version_info[:2]))
    for name in DIRECTORIES:
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    for name in MERGED:
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")
    for name, data in ACCOUNTS.items():
        (root / name).write_bytes(data)
    for name, source in interpreter_files(Path(sys.base_prefix), version).items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(mode_of(name))
    (root / HOME.lstrip("/") / "bin/python3").symlink_to(f"python{version}")


def mode_of(name: str) -> int:
    """The mode of a file: programs and shared libraries may be started, nothing is set-uid."""
    return 0o755 if _is_binary(f"/{name}") else 0o644


def main(arguments: list[str]) -> int:
    """Do as the arguments say; the exit status."""
    match arguments:
        case ["facts"]:
            print(json.dumps(facts()))
        case ["compile", root, *directories]:
            return 0 if compile_all(root, directories) else 1
        case ["assemble", root]:
            assemble(Path(root))
        case _:
            print("usage: facts | compile ROOT DIRECTORY... | assemble ROOT", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
