"""The bytes around a session's document: seal, header, files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executors.envelope import Saved, SavedFile, seal, unseal
from sandbox.errors import SnapshotError

KEY = b"a key of sixteen bytes"
FILES = (
    SavedFile("a", 0o755, 1, True),
    SavedFile("a/b.txt", 0o640, 1_700_000_000_123_456, False, b"text" * 100),
    SavedFile("c", 0o600, 0, False, b""),
)
SAVED = Saved(b"{}", FILES, "3.11.2", "interpreter", {"g": "it is an open generator"})


def sealed(header: dict[str, Any], rest: bytes = b"{}", number: int = 1) -> bytes:
    """A snapshot with any header, its digest right."""
    body = json.dumps(header).encode("ascii") + b"\n" + rest
    return (
        b"hardcell-snapshot %d sha256=%s hmac-sha256=-\n"
        % (
            number,
            hashlib.sha256(body).hexdigest().encode("ascii"),
        )
        + body
    )


HEADER = {"hardcell": "1", "python": "3.11.2", "engine": "x", "document": 2, "files": [], "left_out": {}}


def test_what_is_sealed_is_unsealed() -> None:
    for key in (None, KEY):
        found = unseal(seal(SAVED, key), key, 1 << 20)
        assert (found.document, found.files, found.python, found.engine) == (b"{}", FILES, "3.11.2", "interpreter")
        assert found.left_out == {"g": "it is an open generator"}
        assert seal(SAVED, key) == seal(SAVED, key)
        assert unseal(seal(SAVED, KEY), None, 1 << 20).files == FILES


@given(st.data())
def test_any_changed_byte_is_noticed(data: st.DataObject) -> None:
    whole = seal(SAVED, KEY)
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(1, 255))
    damaged = whole[:at] + bytes([whole[at] ^ byte]) + whole[at + 1 :]
    with pytest.raises(SnapshotError):
        unseal(damaged, KEY, 1 << 20)


@given(st.integers(0, 10_000))
def test_what_is_cut_off_is_refused(length: int) -> None:
    whole = seal(SAVED, None)
    with pytest.raises(SnapshotError):
        unseal(whole[: length % len(whole)], None, 1 << 20)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(SnapshotError):
        unseal(data, None, 1 << 20)


def test_a_snapshot_of_the_future_is_refused_with_both_versions() -> None:
    data = sealed({"hardcell": "9.1", "new": [1]}, number=2)
    with pytest.raises(SnapshotError, match=r"has format 2, written by hardcell 9\.1; this hardcell .* reads format 1"):
        unseal(data, None, 1 << 20)


@pytest.mark.parametrize(
    ("seal_line", "why"),
    [
        (b"hardcell-snapshot 2 blake3=00", "has format 2, written by hardcell 9.1"),
        (b"hardcell-snapshot 17", "has format 17, written by hardcell 9.1"),
        (b"hardcell-snapshot 1 blake3=00", "are no snapshot of hardcell"),
        (b"hardcell-snapshot 2x", "are no snapshot of hardcell"),
        (b"hardcell-snapshots 2", "are no snapshot of hardcell"),
    ],
)
def test_the_future_may_have_another_seal(seal_line: bytes, why: str) -> None:
    with pytest.raises(SnapshotError, match=why):
        unseal(seal_line + b'\n{"hardcell": "9.1"}\n', KEY, 1 << 20)


def test_the_signature_is_checked_first() -> None:
    with pytest.raises(SnapshotError, match="not signed"):
        unseal(sealed({}, number=2), KEY, 1 << 20)
    with pytest.raises(SnapshotError, match="signed with another key"):
        unseal(seal(SAVED, KEY)[:-1], b"another key of bytes", 1 << 20)


@pytest.mark.parametrize(("key", "error"), [("text", TypeError), (b"short", ValueError), (1, TypeError)])
def test_a_key_that_is_none_is_refused(key: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        unseal(seal(SAVED, None), key, 1 << 20)
    with pytest.raises(TypeError):
        unseal("text", None, 1 << 20)  # type: ignore[arg-type]


def row(path: str = "a", mode: int = 0, changed: int = 0, flags: int = 0, size: int = 0, stored: int = 0) -> list[Any]:
    return [path, mode, changed, flags, size, stored]


HEADERS: dict[str, Callable[[], dict[str, Any]]] = {
    "no fields": dict,
    "a field too many": lambda: HEADER | {"more": 1},
    "a document that is longer": lambda: HEADER | {"document": 3},
    "a document that is shorter": lambda: HEADER | {"document": 1},
    "a negative length": lambda: HEADER | {"document": -2},
    "a length that is no int": lambda: HEADER | {"document": 2.0},
    "files that are none": lambda: HEADER | {"files": {}},
    "too many files": lambda: HEADER | {"files": [row(str(n)) for n in range(10_001)]},
    "a path upwards": lambda: HEADER | {"files": [row("../a")]},
    "a path from the root": lambda: HEADER | {"files": [row("/etc/passwd")]},
    "a path with a NUL": lambda: HEADER | {"files": [row("a\0")]},
    "an empty path": lambda: HEADER | {"files": [row("")]},
    "the name of a partial file": lambda: HEADER | {"files": [row(".hardcell-partial")]},
    "a path twice": lambda: HEADER | {"files": [row("a"), row("a")]},
    "a path through a file": lambda: HEADER | {"files": [row("a"), row("a/b")]},
    "a mode beyond": lambda: HEADER | {"files": [row(mode=0o10000)]},
    "a directory with content": lambda: HEADER | {"document": 0, "files": [row(flags=1, size=2, stored=2)]},
    "a file of another size": lambda: HEADER | {"document": 0, "files": [row(size=3, stored=2)]},
    "a file that is not packed": lambda: HEADER | {"document": 0, "files": [row(flags=2, size=3, stored=2)]},
    "files that are too large": lambda: HEADER | {"document": 0, "files": [row(size=1 << 30, stored=2)]},
    "left out that is none": lambda: HEADER | {"left_out": []},
    "a python that is no text": lambda: HEADER | {"python": 3},
}


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_a_malformed_header_is_refused(name: str) -> None:
    with pytest.raises(SnapshotError):
        unseal(sealed(HEADERS[name]()), None, 1 << 20)


def test_a_header_that_is_no_json_is_refused() -> None:
    for body in (b"", b"{}", b"[" * 100_000 + b"\n", b"\xff\n"):
        data = b"hardcell-snapshot 1 sha256=%s hmac-sha256=-\n" % hashlib.sha256(body).hexdigest().encode("ascii")
        with pytest.raises(SnapshotError):
            unseal(data + body, None, 1 << 20)


@pytest.mark.parametrize("kind", [bytearray, memoryview, list])
def test_what_is_no_bytes_is_no_snapshot(kind: type) -> None:
    with pytest.raises(TypeError, match=f"^a snapshot is bytes, not {kind.__name__}$"):
        unseal(kind(seal(SAVED, None)), None, 1 << 20)


def test_a_header_without_an_end_is_refused() -> None:
    for body in (b"", b"{}"):
        data = b"hardcell-snapshot 1 sha256=%s hmac-sha256=-\n" % hashlib.sha256(body).hexdigest().encode("ascii")
        with pytest.raises(SnapshotError, match="^the snapshot has no header$"):
            unseal(data + body, None, 1 << 20)


def test_a_bomb_among_the_files_is_refused() -> None:
    bomb = seal(Saved(b"{}", (SavedFile("a", 0, 0, False, bytes(1 << 20)),), "3", "x", {}), None)
    with pytest.raises(SnapshotError, match="disk_mb"):
        unseal(bomb, None, 1 << 19)
    lying = bomb.partition(b"\n")[2].replace(b"1048576", b"0000001", 1).replace(b"0000001", b"      1", 1)
    data = b"hardcell-snapshot 1 sha256=%s hmac-sha256=-\n" % hashlib.sha256(lying).hexdigest().encode("ascii")
    with pytest.raises(SnapshotError, match="cannot be unpacked to the size"):
        unseal(data + lying, None, 1 << 19)
