"""Digests, compression and archives: hashlib, hmac, uuid, zlib, gzip, zipfile.

Invariants: what is decompressed at once is bounded by the memory limit; files are opened through CellFiles; an
archive member never leaves /cell.
"""

from __future__ import annotations

import io
import os
import posixpath
import time
import zlib as _zlib
from collections.abc import Mapping
from typing import Any

from .files import Stream
from .gadgets import exact_int
from .runtime import Runtime
from .spec import Spec, because, words


def inflate(runtime: Runtime, data: Any, wbits: int = _zlib.MAX_WBITS, bufsize: int = 16384) -> bytes:
    """``zlib.decompress`` that stops at the memory limit instead of growing to a bomb's size.

    Raises:
        MemoryError: the result would be larger than the memory limit.
        zlib.error: the data are not complete or not valid.
    """
    most = runtime.host.limits.memory_mb << 20
    worker = _zlib.decompressobj(wbits)
    result = worker.decompress(data, most)
    runtime.charge(len(result) >> 12)
    if worker.unconsumed_tail:
        raise MemoryError(f"decompressed data would be larger than {most} bytes")
    if not worker.eof:
        raise _zlib.error("Error -5 while decompressing data: incomplete or truncated stream")
    return result


class Decompress:
    """``zlib.decompressobj()`` that stops at the memory limit, for each piece."""

    __slots__ = ("_runtime", "_worker")

    def __init__(self, runtime: Runtime, worker: Any) -> None:
        self._runtime, self._worker = runtime, worker

    def decompress(self, data: Any, /, max_length: int = 0) -> bytes:
        """What the data come to, at most ``max_length`` bytes of it unless that is 0.

        Raises:
            MemoryError: it would be more than the memory limit.
            zlib.error: the data are not valid.
        """
        most = self._runtime.host.limits.memory_mb << 20
        asked = exact_int(max_length)
        result: bytes = self._worker.decompress(data, asked if 0 < asked < most or asked < 0 else most)
        self._runtime.charge(len(result) >> 12)
        if len(result) >= most and self._worker.unconsumed_tail and not 0 < asked <= most:
            raise MemoryError(f"decompressed data would be larger than {most} bytes")
        return result

    def flush(self, length: int = _zlib.DEF_BUF_SIZE, /) -> bytes:
        """What is left."""
        result: bytes = self.decompress(self._worker.unconsumed_tail)
        rest: bytes = self._worker.flush(length)
        return result + rest

    def copy(self) -> Decompress:
        """Another one at the same place."""
        return Decompress(self._runtime, self._worker.copy())

    @property
    def eof(self) -> bool:
        """Whether the data are complete."""
        return bool(self._worker.eof)

    @property
    def unused_data(self) -> bytes:
        """What follows the data."""
        found: bytes = self._worker.unused_data
        return found

    @property
    def unconsumed_tail(self) -> bytes:
        """What ``max_length`` left over."""
        found: bytes = self._worker.unconsumed_tail
        return found

    def __repr__(self) -> str:
        return repr(self._worker)


Decompress.__module__ = "zlib"


def _build_zlib(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def decompress(data: Any, /, wbits: int = _zlib.MAX_WBITS, bufsize: int = 16384) -> bytes:
        return inflate(runtime, data, wbits, bufsize)

    def decompressobj(*args: Any, **options: Any) -> Decompress:
        return Decompress(runtime, real.decompressobj(*args, **options))

    return {"decompress": decompress, "decompressobj": decompressobj}


def _build_gzip(real: Any, runtime: Runtime) -> Mapping[str, object]:
    most = runtime.host.limits.memory_mb << 20

    class GzipFile(real.GzipFile):  # type: ignore[misc]
        """``gzip.GzipFile`` on files of /cell."""

        def __init__(
            self, filename: Any = None, mode: Any = None, compresslevel: int = 9, fileobj: Any = None, mtime: Any = None
        ) -> None:
            opened = None
            if fileobj is None and filename is not None:
                opened = fileobj = runtime.files.open(filename, (mode or "rb").replace("t", "").rstrip("b") + "b")
            shown = "" if filename is None else runtime.files.text(filename)
            super().__init__(shown, mode, compresslevel, fileobj, mtime)
            self.myfileobj = opened

    GzipFile.__module__, GzipFile.__qualname__ = "gzip", "GzipFile"

    def open(
        filename: Any, mode: str = "rb", compresslevel: int = 9, encoding: Any = None, errors: Any = None,
        newline: Any = None,
    ) -> Any:  # fmt: skip
        if "t" in mode and "b" in mode:
            raise ValueError(f"Invalid mode: {mode!r}")
        plain = mode.replace("t", "")
        file = filename if hasattr(filename, "read") or hasattr(filename, "write") else None
        binary = GzipFile(None if file is not None else filename, plain, compresslevel, file)
        return io.TextIOWrapper(binary, encoding, errors, newline) if "t" in mode else binary

    def decompress(data: Any) -> bytes:
        parts = []
        size = 0
        with real.GzipFile(fileobj=io.BytesIO(data)) as file:
            while part := file.read(1 << 20):
                size += len(part)
                if size > most:
                    raise MemoryError(f"decompressed data would be larger than {most} bytes")
                runtime.charge(len(part) >> 12)
                parts.append(part)
        return b"".join(parts)

    return {"GzipFile": GzipFile, "open": open, "decompress": decompress}


def _build_zipfile(real: Any, runtime: Runtime) -> Mapping[str, object]:
    files = runtime.files

    class ZipInfo(real.ZipInfo):  # type: ignore[misc]
        """``zipfile.ZipInfo``; the library's own looks at files of the host."""

        __slots__ = ()

        @classmethod
        def from_file(cls, filename: Any, arcname: Any = None, *, strict_timestamps: bool = True) -> Any:
            """An entry for a file of /cell."""
            status = files.call(os.stat, filename)
            name = posixpath.normpath(files.text(filename if arcname is None else arcname)).lstrip("/")
            info = cls(name + ("/" if files.is_dir(filename) else ""), _date_time(status.st_mtime))
            info.external_attr = (status.st_mode & 0xFFFF) << 16
            info.file_size = 0 if files.is_dir(filename) else status.st_size
            return info

    ZipInfo.__module__, ZipInfo.__qualname__ = "zipfile", "ZipInfo"

    class ZipFile(real.ZipFile):  # type: ignore[misc]
        """``zipfile.ZipFile`` on files of /cell or file objects."""

        def __init__(self, file: Any, mode: str = "r", *args: Any, **options: Any) -> None:
            self._opened = None
            if not (hasattr(file, "read") or hasattr(file, "write")):
                if mode not in ("r", "w", "x", "a"):
                    raise ValueError("ZipFile requires mode 'r', 'w', 'x', or 'a'")
                update = mode == "a" and files.exists(file)
                self._opened = files.open(
                    file, {"r": "rb", "w": "w+b", "x": "x+b", "a": "r+b" if update else "w+b"}[mode]
                )
            try:
                super().__init__(self._opened or Stream(file), mode, *args, **options)
            except BaseException:
                if self._opened is not None:
                    self._opened.close()
                raise
            self._tame()
            if self._opened is not None:
                self.filename = files.text(file)
                self._filePassed = 0

        def _tame(self) -> None:
            for info in self.filelist:
                if type(info) is real.ZipInfo:
                    info.__class__ = ZipInfo

        def open(self, name: Any, mode: str = "r", pwd: Any = None, *, force_zip64: bool = False) -> Any:
            """A file object for one member."""
            opened = super().open(name, mode, pwd, force_zip64=force_zip64)
            self._tame()
            return opened

        def mkdir(self, zinfo_or_directory_name: Any, mode: int = 511) -> None:
            """Add a directory."""
            super().mkdir(zinfo_or_directory_name, mode)
            self._tame()

        def printdir(self, file: Any = None) -> None:
            """Print a table of contents."""
            super().printdir(runtime.streams.stdout if file is None else file)

        def close(self) -> None:
            """Write the directory and close the file."""
            try:
                super().close()
            finally:
                if self._opened is not None:
                    self._opened.close()

        def write(
            self, filename: Any, arcname: Any = None, compress_type: Any = None, compresslevel: Any = None
        ) -> None:
            """Add a file of /cell."""
            name = files.text(filename) if arcname is None else files.text(arcname)
            info = ZipInfo.from_file(filename, name)
            info.compress_type = self.compression if compress_type is None else compress_type
            if files.is_dir(filename):
                self.writestr(info, b"")
                return
            with files.open(filename, "rb") as source:
                self.writestr(info, source.read(), info.compress_type, compresslevel)

        def extract(self, member: Any, path: Any = None, pwd: Any = None) -> str:
            """Extract one member below ``path``; where it went."""
            info = member if isinstance(member, real.ZipInfo) else self.getinfo(member)
            parts = [part for part in info.filename.replace("\\", "/").split("/") if part not in ("", ".", "..")]
            base = files.cwd if path is None else files.text(path)
            target = posixpath.join(base, *parts)
            _make_parents(files, target, info.is_dir())
            if not info.is_dir():
                with self.open(info, pwd=pwd) as source, files.open(target, "wb") as out:
                    while part := source.read(1 << 16):
                        out.write(part)
            return target

        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
            """Extract all members below ``path``."""
            for member in self.namelist() if members is None else members:
                self.extract(member, path, pwd)

    ZipFile.__module__, ZipFile.__qualname__ = "zipfile", "ZipFile"

    def is_zipfile(filename: Any) -> bool:
        if hasattr(filename, "read"):
            return real.is_zipfile(Stream(filename))  # type: ignore[no-any-return]
        if not files.is_file(filename):
            return False
        with files.open(filename, "rb") as file:
            return real.is_zipfile(file)  # type: ignore[no-any-return]

    return {"ZipFile": ZipFile, "ZipInfo": ZipInfo, "is_zipfile": is_zipfile}


def _date_time(seconds: float) -> tuple[int, ...]:
    return max(time.localtime(seconds)[:6], (1980, 1, 1, 0, 0, 0))


def _make_parents(files: Any, target: str, whole: bool) -> None:
    missing = []
    at = target if whole else posixpath.dirname(target)
    while at and not files.is_dir(at):
        missing.append(at)
        at = posixpath.dirname(at)
    for directory in reversed(missing):
        files.call(os.mkdir, directory)


def _build_hashlib(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def pbkdf2_hmac(hash_name: str, password: Any, salt: Any, iterations: int, dklen: int | None = None) -> bytes:
        iterations = exact_int(iterations)
        runtime.charge(iterations)
        return real.pbkdf2_hmac(hash_name, password, salt, iterations, dklen)  # type: ignore[no-any-return]

    return {"pbkdf2_hmac": pbkdf2_hmac}


SPECS = (
    Spec(
        name="hashlib",
        names=words(
            """algorithms_available algorithms_guaranteed blake2b blake2s md5 new sha1 sha224 sha256 sha384 sha3_224
            sha3_256 sha3_384 sha3_512 sha512 shake_128 shake_256"""
        ),
        own=words("pbkdf2_hmac"),
        left_out=because(files="file_digest", system="scrypt"),
        build=_build_hashlib,
    ),
    Spec(name="hmac", names=words("HMAC compare_digest digest new"),
         left_out=because(undocumented="digest_size trans_36 trans_5C")),
    Spec(
        name="uuid",
        names=words(
            """NAMESPACE_DNS NAMESPACE_OID NAMESPACE_URL NAMESPACE_X500 RESERVED_FUTURE RESERVED_MICROSOFT
            RESERVED_NCS RFC_4122 SafeUUID UUID uuid3 uuid4 uuid5"""
        ),
        left_out=because(system="getnode uuid1", undocumented="Enum bytes_ int_ main"),
    ),
    Spec(
        name="zlib",
        names=words(
            """DEFLATED DEF_BUF_SIZE DEF_MEM_LEVEL MAX_WBITS ZLIB_RUNTIME_VERSION ZLIB_VERSION Z_BEST_COMPRESSION
            Z_BEST_SPEED Z_BLOCK Z_DEFAULT_COMPRESSION Z_DEFAULT_STRATEGY Z_FILTERED Z_FINISH Z_FIXED Z_FULL_FLUSH
            Z_HUFFMAN_ONLY Z_NO_COMPRESSION Z_NO_FLUSH Z_PARTIAL_FLUSH Z_RLE Z_SYNC_FLUSH Z_TREES adler32 compress
            compressobj crc32 error"""
        ),
        own=words("decompress decompressobj"),
        build=_build_zlib,
    ),
    Spec(name="gzip", names=words("BadGzipFile compress"), own=words("GzipFile decompress open"),
         build=_build_gzip),
    Spec(
        name="zipfile",
        names=words("BadZipFile BadZipfile LargeZipFile ZIP_BZIP2 ZIP_DEFLATED ZIP_LZMA ZIP_STORED error"),
        own=words("ZipFile ZipInfo is_zipfile"),
        left_out=because(files="Path PyZipFile"),
        results=words("ZipExtFile _ZipWriteFile"),
        settable={"ZipInfo": words("filename date_time compress_type comment external_attr"),
                  "ZipFile": words("comment debug")},
        build=_build_zipfile,
    ),
)  # fmt: skip
