"""The chain of an audit log: whatever is done to the file is found, and a crash is told apart from a change."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executors.audit import AuditLog, Verdict, verify
from executors.audit.chain import Record, digest
from sandbox.events import Event, host_event

KEY = b"0123456789abcdef"


def lines_of(*segments: int, key: bytes | None = KEY) -> list[bytes]:
    """The lines of a log of closed segments with so many events each, made in memory."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "log")
        for count in segments:
            with AuditLog(path, key=key) as log:
                for number in range(count):
                    log(Event("display", "worker", 1.5, {"number": number, "text": "é\x1b\x7f"}))
        return path.read_bytes().splitlines(keepends=True)


ONE = lines_of(3)
TWO = lines_of(2, 2)


def check(lines: list[bytes], key: bytes | None = KEY, head: str | None = None) -> Verdict:
    return verify(io.BytesIO(b"".join(lines)), key, head)


def outcome(lines: list[bytes], key: bytes | None = KEY) -> tuple[str, int, str]:
    verdict = check(lines, key)
    return verdict.state, verdict.line, verdict.reason


def test_what_was_written_is_intact() -> None:
    verdict = check(ONE)
    assert (verdict.state, verdict.records, verdict.segments, verdict.lost) == ("intact", 5, 1, 0)
    assert verdict.head == json.loads(ONE[-1])["digest"]
    assert check(TWO) == Verdict("intact", 0, "", 8, 2, 0, json.loads(TWO[-1])["digest"])


def test_a_line_is_printable_json_and_its_digest_is_over_its_own_bytes() -> None:
    line = ONE[1][:-1]
    assert all(0x20 <= byte < 0x7F for byte in line)
    fields = json.loads(line)
    assert list(fields) == ["n", "type", "origin", "time", "data", "digest"]
    assert fields["data"] == {"number": 0, "text": "é\x1b\x7f"}
    body = line[: line.rindex(b',"digest"')] + b"}"
    assert digest(KEY, json.loads(ONE[0])["digest"], body) == fields["digest"]


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        ([*ONE[:2], ONE[2].replace(b'"number":1', b'"number":7'), *ONE[3:]], 3, "it was changed"),
        ([*ONE[:2], ONE[2].replace(b'"time"', b' "time"'), *ONE[3:]], 3, "it was changed"),
        ([ONE[0], *ONE[2:]], 2, "record 2 stands where record 1 belongs: records were removed"),
        ([ONE[0], ONE[2], ONE[1], *ONE[3:]], 2, "records were removed or moved"),
        ([*ONE[:3], ONE[1], *ONE[3:]], 4, "it was moved or repeated"),
        (ONE[1:], 1, "a record outside a segment"),
        ([*ONE, ONE[3]], 6, "a record outside a segment"),
        (TWO[4:], 1, "what stood before this segment was removed"),
        ([*TWO[4:], *TWO[:4]], 1, "what stood before this segment was removed"),
        ([*TWO[:3], *TWO[4:]], 4, "what stood before this segment was removed, cut off"),
        ([*TWO, *ONE], 9, "what stood before this segment was removed"),
        ([*ONE[:2], b"\n", *ONE[2:]], 3, "no record of an audit log"),
        ([*ONE[:2], b"[" * 100_000 + b"\n", *ONE[2:]], 3, "no record of an audit log"),
        ([b"hello\n"], 1, "no record of an audit log"),
    ],
)
def test_changes_are_found_at_their_first_line(lines: list[bytes], line: int, reason: str) -> None:
    found = outcome(lines)
    assert found[:2] == ("tampered", line)
    assert reason in found[2]


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        (ONE[:-1], 4, "the log has no closing record"),
        ([*ONE[:3], ONE[3][:20]], 4, "the last line is torn"),
        ([], 0, "the log is empty"),
    ],
)
def test_a_log_without_its_end_is_not_closed(lines: list[bytes], line: int, reason: str) -> None:
    assert outcome(lines) == ("not closed", line, reason)


def test_whole_segments_cut_off_the_end_are_found_by_the_head_alone() -> None:
    head = json.loads(TWO[-1])["digest"]
    assert check(TWO, head=head).state == "intact"
    assert check(TWO[:4]).state == "intact"
    assert check(TWO[:4], head=head).reason.startswith("the log does not end with the given digest")


def test_another_key_and_no_key() -> None:
    assert outcome(ONE, b"another key of 20 b")[1:] == (
        1,
        "the first record does not fit its digest: it was changed, or the key is another",
    )
    with pytest.raises(ValueError, match="the log is keyed: give its key"):
        check(ONE, None)
    with pytest.raises(ValueError, match="at least 16 bytes"):
        check(ONE, b"short")


def test_a_log_written_anew_without_the_key_is_found() -> None:
    plain = lines_of(3, key=None)
    assert check(plain, None).state == "intact"
    assert outcome(plain) == ("tampered", 1, "this segment is not keyed, so anybody could have written it")


def crashed(path: Path, *, cut: int = 0, key: bytes | None = KEY) -> None:
    """A log whose program ended without closing it, ``cut`` bytes into its last line."""
    with AuditLog(path, key=key) as log:
        log(host_event("display"))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]) + lines[-1][:cut])


@pytest.mark.parametrize("cut", [0, 1, 30, -1])
def test_a_log_that_goes_on_after_a_crash_is_not_closed_but_not_tampered(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "log"
    crashed(path, cut=cut)
    torn = hashlib.sha256(path.read_bytes().rpartition(b"\n")[2]).hexdigest() if cut else ""
    with AuditLog(path, key=KEY) as log:
        log(host_event("display"))
    lines = path.read_bytes().splitlines(keepends=True)
    assert json.loads(lines[3 if cut else 2])["data"]["torn"] == torn
    reason = "line 3 is torn" if cut else "the segment that ends at line 2 was not closed"
    assert outcome(lines) == ("not closed", 3 if cut else 2, reason)
    if cut:
        changed = [*lines[:2], lines[2].replace(b"{", b"[", 1), *lines[3:]]
        assert outcome(changed)[:2] == ("tampered", 3)


def test_a_crash_in_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b'{"n":0,"ty')
    AuditLog(path, key=KEY).close()
    assert outcome(path.read_bytes().splitlines(keepends=True)) == ("not closed", 1, "line 1 is torn")


@given(st.data())
def test_no_change_of_bytes_passes_for_intact(data: st.DataObject) -> None:
    whole = b"".join(TWO)
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[place]))
    assert verify(io.BytesIO(whole[:place] + bytes([byte]) + whole[place + 1 :]), KEY).state != "intact"


@given(st.integers(0, len(b"".join(TWO)) - 1))
def test_every_cut_is_found(size: int) -> None:
    verdict = verify(io.BytesIO(b"".join(TWO)[:size]), KEY)
    assert verdict.state == ("intact" if size == len(b"".join(TWO[:4])) else "not closed")


@given(st.lists(st.integers(0, len(TWO) - 1), max_size=12) | st.permutations(range(len(TWO))))
def test_no_other_order_of_the_lines_is_intact(order: list[int]) -> None:
    whole = order in (list(range(4)), list(range(8)))
    assert (check([TWO[place] for place in order]).state == "intact") == whole


@given(st.lists(st.binary(max_size=300) | st.sampled_from(TWO)))
def test_hostile_files_are_judged_and_never_break_the_reader(pieces: list[bytes]) -> None:
    assert check(pieces).state in ("intact", "not closed", "tampered")


def test_a_copy_of_the_records_is_as_good_as_the_file(tmp_path: Path) -> None:
    records: list[Record] = []
    with AuditLog(tmp_path / "log", key=KEY, copies=[records.append]) as log:
        log(host_event("display"))
    text = "".join(record.line + "\n" for record in records)
    assert text == (tmp_path / "log").read_text()
    assert check([text.encode()]).state == "intact"
