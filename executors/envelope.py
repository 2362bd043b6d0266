"""The bytes of a snapshot: a seal, a header, the session's document, the files.

The first line is ``hardcell-snapshot FORMAT sha256=HEX hmac-sha256=HEX`` (``-`` for a snapshot without a signature):
the digest of all bytes after that line, and the HMAC of ``hardcell-snapshot FORMAT`` and those bytes. The second line
is the header, a JSON object; then come the document and the files, one after the other, as long as the header says.

Invariants: a signature is checked before anything else is read; nothing is unpacked beyond the size that the header
tells and the caller allows; the session's document is never looked into here.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import importlib.metadata
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.cell import MAX_ENTRIES, PARTIAL
from sandbox.errors import SnapshotError

from .paths import is_clean

FORMAT = 1
_SEAL = re.compile(rb"hardcell-snapshot ([0-9]{1,9}) sha256=([0-9a-f]{64}) hmac-sha256=([0-9a-f]{64}|-)\n")
_NAMED = re.compile(rb"hardcell-snapshot ([0-9]{1,9})(?![^ ])")
_MOST_SEAL = 256
_MOST_HEADER = 16 << 20
_MOST_NAMES = 10_000
_MOST_TEXT = 2000
_MOST_NUMBER = 1 << 53
_LEVEL = 3


@dataclasses.dataclass(frozen=True)
class SavedFile:
    """A file or directory of /cell: ``mode`` bits, ``changed`` in microseconds since the epoch, ``data`` of a file."""

    path: str
    mode: int
    changed: int
    is_directory: bool
    data: bytes = b""


@dataclasses.dataclass(frozen=True)
class Saved:
    """What is in a snapshot. ``document`` is for a worker; ``left_out`` tells which variables it lacks, and why."""

    document: bytes
    files: tuple[SavedFile, ...]
    python: str
    engine: str
    left_out: Mapping[str, str]
    digest: str = ""
    hardcell: str = ""


@dataclasses.dataclass(frozen=True)
class Row:
    """A file or directory of /cell, as the header tells of it: ``size`` in bytes, and as ``stored`` in the snapshot."""

    path: str
    mode: int
    changed: int
    is_directory: bool
    is_packed: bool
    size: int
    stored: int


@dataclasses.dataclass(frozen=True)
class Header:
    """What a snapshot says of itself. ``document``: bytes of the session's document, which begins at ``start``."""

    hardcell: str
    python: str
    engine: str
    left_out: Mapping[str, str]
    digest: str
    document: int
    rows: tuple[Row, ...]
    start: int


def version() -> str:
    """The version of hardcell that writes."""
    try:
        return importlib.metadata.version("hardcell")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def check_key(key: object) -> None:
    """Raises TypeError, ValueError unless ``key`` is None or at least 16 bytes."""
    if key is not None and not isinstance(key, bytes):
        raise TypeError(f"the key is bytes, not {type(key).__name__}")
    if key is not None and len(key) < 16:
        raise ValueError("the key has at least 16 bytes")


def seal(saved: Saved, key: bytes | None) -> bytes:
    """The bytes of a snapshot."""
    rows, pieces = [], [saved.document]
    for file in saved.files:
        packed = zlib.compress(file.data, _LEVEL)
        piece = packed if len(packed) < len(file.data) else file.data
        flags = file.is_directory * 1 | (piece is packed) * 2
        rows.append([file.path, file.mode, file.changed, flags, len(file.data), len(piece)])
        pieces.append(piece)
    header = {
        "hardcell": version(),
        "python": saved.python,
        "engine": saved.engine,
        "document": len(saved.document),
        "files": rows,
        "left_out": dict(saved.left_out),
    }
    line = json.dumps(header, ensure_ascii=True, separators=(",", ":"), sort_keys=True).encode("ascii")
    rest = b"".join([line, b"\n", *pieces])
    digest = hashlib.sha256(rest).hexdigest()
    signature = "-" if key is None else _signature(key, FORMAT, rest)
    return f"hardcell-snapshot {FORMAT} sha256={digest} hmac-sha256={signature}\n".encode("ascii") + rest


def _signature(key: bytes, number: int, rest: bytes | memoryview) -> str:
    made = hmac.new(key, f"hardcell-snapshot {number}\n".encode("ascii"), hashlib.sha256)
    made.update(rest)
    return made.hexdigest()


def digest_of(data: bytes) -> str:
    """The digest that a sealed snapshot bears."""
    match = _SEAL.match(data[:_MOST_SEAL])
    return match[2].decode("ascii") if match else ""


def unseal(data: bytes, key: bytes | None, file_bytes: int) -> Saved:
    """What is in the bytes; ``file_bytes`` is how much its files may come to.

    Raises:
        TypeError: ``data`` is not bytes.
        SnapshotError: it is refused; tells why.
    """
    header = read_header(data, key)
    if sum(row.size for row in header.rows) > file_bytes:
        raise SnapshotError("the files of the snapshot are larger than limits.disk_mb of this session")
    start = header.start
    document = data[start : start + header.document]
    start += header.document
    files = []
    for row in header.rows:
        files.append(_file(row, data[start : start + row.stored]))
        start += row.stored
    return Saved(document, tuple(files), header.python, header.engine, header.left_out, header.digest, header.hardcell)


def read_header(data: bytes, key: bytes | None) -> Header:
    """What a snapshot says of itself; nothing of it is unpacked.

    Raises:
        TypeError: ``data`` is not bytes.
        SnapshotError: it is refused; tells why.
    """
    check_key(key)
    if not isinstance(data, bytes):
        raise TypeError(f"a snapshot is bytes, not {type(data).__name__}")
    match = _SEAL.match(data[:_MOST_SEAL])
    if match is None:
        raise _no_seal(data)
    number, rest = int(match[1]), memoryview(data)[match.end() :]
    if key is not None:
        if match[3] == b"-":
            raise SnapshotError("the snapshot is not signed, and a key was given")
        if not hmac.compare_digest(_signature(key, number, rest).encode("ascii"), match[3]):
            raise SnapshotError("the snapshot was signed with another key, or changed after it was signed")
    if number != FORMAT:
        raise _other_format(number, rest)
    if hashlib.sha256(rest).hexdigest() != match[2].decode("ascii"):
        raise SnapshotError("the snapshot is damaged: its digest is another one (cut off, or changed)")
    end = data.find(b"\n", match.end(), match.end() + _MOST_HEADER)
    if end < 0:
        raise SnapshotError("the snapshot has no header")
    return _header(_json(data[match.end() : end]), len(data), end + 1, match[2].decode("ascii"))


def _no_seal(data: bytes) -> SnapshotError:
    """Bytes without a seal of our format: a later one may have another form after its number."""
    line, newline, rest = data[:_MOST_SEAL].partition(b"\n")
    named = _NAMED.match(line)
    if named is None or int(named[1]) == FORMAT or not newline:
        return SnapshotError("these bytes are no snapshot of hardcell")
    return _other_format(int(named[1]), memoryview(data)[len(line) + 1 :])


def _other_format(number: int, rest: memoryview) -> SnapshotError:
    return SnapshotError(
        f"the snapshot has format {number}{_writer(rest)}; this hardcell {version()} reads format {FORMAT}"
    )


def _writer(rest: memoryview) -> str:
    """Who wrote a snapshot of another format, if its header is of a form that tells."""
    head = bytes(rest[:_MOST_TEXT])
    found = re.search(rb'"hardcell": ?"([0-9A-Za-z.+-]{1,40})"', head.partition(b"\n")[0])
    return f", written by hardcell {found[1].decode('ascii')}" if found else ""


def _json(line: bytes) -> Any:
    try:
        return json.loads(line.decode("ascii"))
    except (ValueError, RecursionError):
        raise SnapshotError("the snapshot's header is not JSON") from None


def _header(header: Any, length: int, start: int, digest: str) -> Header:
    if type(header) is not dict or set(header) != {"hardcell", "python", "engine", "document", "files", "left_out"}:
        raise _malformed("other fields than those of its format")
    hardcell, python, engine = (_text(header[name]) for name in ("hardcell", "python", "engine"))
    left_out, rows, document = header["left_out"], header["files"], _number(header["document"])
    if type(left_out) is not dict or len(left_out) > _MOST_NAMES or type(rows) is not list or len(rows) > MAX_ENTRIES:
        raise _malformed("too many names or files")
    for why in left_out.values():
        _text(why)
    files = tuple(map(_row, rows))
    if start + document + sum(row.stored for row in files) != length:
        raise _malformed("another length than its header tells")
    _check_tree(files)
    return Header(hardcell, python, engine, left_out, digest, document, files, start)


def _row(row: Any) -> Row:
    if type(row) is not list or len(row) != 6 or type(row[0]) is not str:
        raise _malformed("a malformed row of a file")
    path, (mode, changed, flags, size, stored) = row[0], map(_number, row[1:])
    if not is_clean(path) or PARTIAL in path.split("/") or mode > 0o7777 or flags > 3 or flags == 1 | 2:
        raise _malformed(f"a malformed row of a file ({path[:80]!r})")
    if (flags & 1 and size) or (not flags & 2 and size != stored):
        raise _malformed(f"a file of another size than its header tells ({path[:80]!r})")
    return Row(path, mode & 0o777, changed, bool(flags & 1), bool(flags & 2), size, stored)


def _file(row: Row, piece: bytes) -> SavedFile:
    content = _unpacked(piece, row.size) if row.is_packed else piece
    if len(content) != row.size:
        raise _malformed(f"a file of another size than its header tells ({row.path[:80]!r})")
    return SavedFile(row.path, row.mode, row.changed, row.is_directory, content)


def _unpacked(piece: bytes, size: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(piece, size + 1)
    except zlib.error:
        content = b""
    if not unpacker.eof or unpacker.unused_data:
        raise _malformed("a file that cannot be unpacked to the size that its header tells")
    return content


def _check_tree(files: Sequence[Row]) -> None:
    """No path twice, and no path through a file."""
    kinds: dict[str, bool] = {}
    for file in files:
        if file.path in kinds:
            raise _malformed(f"a file that is there twice ({file.path[:80]!r})")
        kinds[file.path] = file.is_directory
    for path in kinds:
        parts = path.split("/")
        for count in range(1, len(parts)):
            if kinds.get("/".join(parts[:count])) is False:
                raise _malformed(f"a path that leads through a file ({path[:80]!r})")


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < _MOST_NUMBER:
        raise _malformed("a malformed number")
    return value


def _text(value: Any) -> str:
    if type(value) is not str or len(value) > _MOST_TEXT:
        raise _malformed("a malformed text")
    return value


def _malformed(what: str) -> SnapshotError:
    return SnapshotError(f"the snapshot is malformed: it has {what}")
