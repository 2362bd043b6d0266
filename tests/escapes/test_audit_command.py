"""``hardcell audit``: what it plays, prints and writes, and its exit status."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from executors.cli import main
from executors.testing.escapes import audit, slot
from executors.testing.escapes.audit import Played, Task
from executors.testing.escapes.backends import BACKENDS
from executors.testing.escapes.slot import Outcome
from executors.testing.escapes.verdict import Verdict

CASE = """
title = "t"
reference = "r"
walls = ["language", "jail"]
escape = ["file-written"]
{fields}
[[control]]
by = "walls-off"
{tables}
[verdict]
interpreter = "{interpreter}"
cpython = "{cpython}"
"""
NEIGHBOUR = """
[neighbour]
value = "1"
code = '''
try:
    import ctypes
except ImportError:
    n = 1
else:
    n = globals().get("n", 0) + 1
n
'''
"""
"""Counts its runs where it may import ctypes: there it is another session after the case than before, by itself."""


def write_case(
    name: str,
    code: str = "1",
    *,
    fields: str = "",
    tables: str = "",
    interpreter: str = "contained",
    cpython: str = "contained",
) -> None:
    path = Path(f"corpus/{name}.toml")
    path.parent.mkdir(parents=True, exist_ok=True)
    families = sorted({path.parent.name} | {each.name for each in Path("corpus").iterdir() if each.is_dir()})
    Path("corpus/families.toml").write_text("".join(f'{each} = "f"\n' for each in families), encoding="utf-8")
    fields = f"code = '''{code}'''\n{fields}"
    path.write_text(
        CASE.format(fields=fields, tables=tables, interpreter=interpreter, cpython=cpython), encoding="utf-8"
    )


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_case("plain/good")


@pytest.fixture
def never(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test in which a case must not be played."""

    def play(tasks: Collection[Task], jobs: int) -> Iterator[Played]:
        pytest.fail("it played")

    monkeypatch.setattr(audit, "play", play)


def planted(monkeypatch: pytest.MonkeyPatch, outcomes: dict[str, Outcome | str]) -> None:
    """What comes of each backend or control: an outcome, or why there is none. The others are contained."""

    def play(tasks: Collection[Task], jobs: int) -> Iterator[Played]:
        for task in tasks:
            found = outcomes.get(task.backend, Outcome(Verdict("contained"), {}, 0.1))
            yield Played(task, None, found) if isinstance(found, str) else Played(task, found)

    monkeypatch.setattr(audit, "play", play)


def outcome(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["audit", "--cases", "corpus", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def rows(out: str) -> dict[str, list[str]]:
    """The table: the words of its head, and the numbers of each backend's total."""
    lines = [re.split(r" {2,}", line.strip()) for line in out.splitlines() if line.strip()]
    found, backend = {}, ""
    for line in lines[2:]:
        backend = line[0] if line[0] in BACKENDS else backend
        if line[0] == "all":
            found[backend] = line[1:]
    return {"head": lines[0][2:]} | found


def test_what_holds_on_the_walls(capsys: pytest.CaptureFixture[str]) -> None:
    write_case("plain/refused", "().__class__.__subclasses__", interpreter="refused HC101")
    loop = "limits = {wall_s = 0.5}"
    write_case("plain/limited", "while True: pass", fields=loop, interpreter="limited wall_s", cpython="limited wall_s")
    write_case("plain/crashed", "import os\nos.abort()", interpreter="refused HC202", cpython="crashed")
    backends = ("--backend", "local", "--backend", "interpreter-only", "--backend", "jail-only")
    status, out, err = outcome(capsys, *backends, "--json", "o.json")
    assert (status, err) == (0, ""), out
    assert rows(out) == {
        "head": ["contained", "refused", "limited", "crashed", "escaped", "hung"],
        "local": ["1", "2", "1", "0", "0"],
        "interpreter-only": ["1", "2", "1", "0", "0"],
        "jail-only": ["2", "0", "1", "1", "0", "0"],
    }
    assert re.search(r"^Nothing got out: 12 played\. Corpus [0-9a-f]{16}\.$", out, re.M)
    document = json.loads(Path("o.json").read_text(encoding="ascii"))
    assert (document["failed"], document["unexpected"], document["corpus"]["cases"]) == (0, 0, 4)
    assert document["counts"]["jail-only"] == {"plain": {"contained": 2, "crashed": 1, "limited": 1}}
    assert document["isolation"]["level"]
    assert {"format", "hardcell", "python", "system", "user"} <= document.keys() and document["format"] == 1
    assert document["corpus"]["digest"].startswith(out.split()[-1].rstrip("."))
    found = {(row["case"], row["backend"]): (row["verdict"], row["what"]) for row in document["results"]}
    assert found["plain/refused", "local"] == ("refused", "HC101")
    assert found["plain/limited", "jail-only"] == ("limited", "wall_s")


def test_an_escape_through_one_wall(capsys: pytest.CaptureFixture[str]) -> None:
    write_case("planted/neighbour", tables=NEIGHBOUR)
    status, out, err = outcome(capsys, "--backend", "local", "--backend", "jail-only", "--json", "o.json")
    assert (status, err) == (1, "")
    assert (rows(out)["local"][3], rows(out)["jail-only"][3]) == ("0", "1")
    seen = "session-changed: the session beside has 2"
    assert f"FAILED jail-only planted/neighbour: escaped session-changed ({seen})" in out.splitlines()
    assert "\n1 of 4 got out. Corpus " in out
    document = json.loads(Path("o.json").read_text())
    assert (document["failed"], document["unexpected"]) == (1, 0)
    (row,) = (row for row in document["results"] if row["failed"])
    assert (row["case"], row["backend"], row["verdict"]) == ("planted/neighbour", "jail-only", "escaped")
    assert row["evidence"] == {"session-changed": "the session beside has 2"}


def test_a_case_without_a_result_by_its_deadline(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # No host of a case starts in a hundredth of a second.
    monkeypatch.setattr(slot, "START_S", 0.0)
    monkeypatch.setattr(slot, "GRACE_S", 0.0)
    write_case("plain/good", fields="limits = {wall_s = 0.01}")
    status, out, _ = outcome(capsys, "--backend", "local")
    assert (status, rows(out)["local"]) == (1, ["0", "0", "0", "0", "1"])
    assert "FAILED local plain/good: hung no result by the deadline" in out


def test_controls(capsys: pytest.CaptureFixture[str]) -> None:
    write_case("plain/good", "open(bait['directory'] + '/x', 'w').close()", interpreter="contained")
    status, out, _ = outcome(capsys, "--backend", "local", "--controls")
    assert (status, "Controls: 1 of 1 tricks work where no walls are." in out) == (0, True), out
    write_case("plain/works_nowhere")
    status, out, _ = outcome(capsys, "--backend", "local", "--controls", "--json", "o.json")
    assert (status, "Controls: 1 of 2 tricks work where no walls are." in out) == (1, True), out
    failed = json.loads(Path("o.json").read_text())["results"][-1]
    assert (failed["case"], failed["backend"], failed["failed"]) == ("plain/works_nowhere", "walls-off", True)
    assert "FAILED walls-off plain/works_nowhere: the control shows contained, not file-written" in out.splitlines()
    assert "Nothing got out: 2 played." in out


def test_every_verdict_has_its_column(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts: dict[str, Outcome | str] = {
        "local": Outcome(Verdict("crashed"), {}, 1.0),
        "restricted": Outcome(Verdict("unreported", "w"), {}, 1.0),
        "interpreter-only": Outcome(Verdict("hung"), {}, 1.0),
        "restricted-only": Outcome(Verdict("escaped", "forged"), {"forged": "x\nNothing got out\x1b[A"}, 1.0),
        "docker": "nobody answers",
    }
    planted(monkeypatch, verdicts)
    status, out, _ = outcome(capsys)
    assert status == 1
    head = out[: out.index("──")]
    assert [word for word in ("crashed", "escaped", "hung", "unreported", "not", "played") if word not in head] == []
    assert all(re.search(rf"^ ?{name} ", out, re.M) for name in verdicts)
    lines = out.splitlines()
    assert "Not played on docker: 1 (nobody answers)" in lines
    assert "local plain/good: crashed, where its file has contained" in lines
    assert "FAILED interpreter-only plain/good: hung" in lines
    assert "FAILED restricted plain/good: unreported w" in lines
    assert "FAILED restricted-only plain/good: escaped forged (forged: x\\nNothing got out\\x1b[A)" in lines
    assert lines[-1].startswith("3 of 5 got out. Corpus ")


@pytest.mark.parametrize("path", ["no/where", ".", "corpus/families.toml/x", "a" * 300])
@pytest.mark.usefixtures("never")
def test_a_report_that_cannot_be_written_is_told_before_anything_plays(
    capsys: pytest.CaptureFixture[str], path: str
) -> None:
    status, out, err = outcome(capsys, "--json", path)
    assert (status, out) == (2, "")
    assert err.endswith(f": {path}\n") and err.count("\n") == 1


def test_trying_the_report_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.json").write_text("old", encoding="ascii")
    Path("link.json").symlink_to("new.json")
    for path in ("old.json", "new.json", "link.json"):
        assert outcome(capsys, "--backend", "steam", "--json", path)[0] == 2
    assert Path("old.json").read_text() == "old"
    assert not Path("new.json").exists() and Path("link.json").is_symlink()


@pytest.mark.parametrize(("word", "status"), [("escaped", 1), ("contained", 2)])
def test_a_report_that_fails_at_the_end_hides_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, word: str, status: int
) -> None:
    Path("out").mkdir()

    def play(tasks: Collection[Task], jobs: int) -> Iterator[Played]:
        Path("out").rmdir()
        yield from (Played(task, Outcome(Verdict(word), {}, 0.1)) for task in tasks)

    monkeypatch.setattr(audit, "play", play)
    found, out, err = outcome(capsys, "--backend", "local", "--json", "out/o.json")
    assert (found, err) == (status, "No such file or directory: out/o.json\n")
    assert "Corpus" in out


def test_an_old_report_is_replaced(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, {})
    Path("o.json").write_text("x" * 100_000, encoding="ascii")
    assert outcome(capsys, "--json", "o.json")[0] == 0
    assert json.loads(Path("o.json").read_text())["format"] == 1


@pytest.mark.usefixtures("never")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--case", "good", "--case", "typo", "--case", "gone"), "no case has 'typo' or 'gone' in its name"),
        (("--case", "typo"), "no case has 'typo' in its name"),
        (("--backend", "local", "--backend", "steam"), "there is no backend 'steam'"),
        (("--jobs", "9"), "'--jobs'"),
    ],
)
def test_wrong_commands_are_plain_messages(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    status, out, err = outcome(capsys, *arguments)
    assert (status, out) == (2, "")
    assert message in err


@pytest.mark.usefixtures("never")
@pytest.mark.parametrize("content", [b"plain = ", b"plain = '\xff'", b"plain = 1"])
def test_a_malformed_list_of_families_is_named(capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    path = Path("corpus/families.toml").resolve()
    path.write_bytes(content)
    status, _, err = outcome(capsys)
    assert status == 2
    assert err.startswith(f"{path}: ") and err.count("\n") == 1


def test_a_backend_asked_for_by_name_that_cannot_be_had(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    why = f"nobody answers {'in time ' * 40}!"
    planted(monkeypatch, {"docker": why})
    status, out, _ = outcome(capsys)
    assert (status, f"Not played on docker: 1 ({why})" in out.splitlines()) == (0, True)
    planted(monkeypatch, {"docker": "nobody answers"})
    status, out, err = outcome(capsys, "--backend", "local", "--backend", "docker", "--json", "o.json")
    assert (status, err) == (5, "could not be tried: docker (nobody answers)\n")
    assert rows(out)["docker"] == ["0", "0", "0", "0", "0", "1"]
    assert "Nothing got out: 1 played." in out
    assert json.loads(Path("o.json").read_text())["counts"]["docker"] == {"plain": {"not played": 1}}
    planted(monkeypatch, {"docker": "nobody answers", "local": Outcome(Verdict("hung"), {}, 1.0)})
    assert outcome(capsys, "--backend", "local", "--backend", "docker")[0] == 1


def test_a_backend_asked_for_by_name_that_no_chosen_case_is_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    planted(monkeypatch, {})
    path = Path("corpus/plain/good.toml")
    text = path.read_text().replace('["language", "jail"]', '["language"]\none_wall = "w"')
    path.write_text(text.replace('cpython = "contained"', ""))
    status, _, err = outcome(capsys, "--backend", "local", "--backend", "jail-only")
    assert (status, err) == (5, "could not be tried: jail-only (none of the chosen cases is for it)\n")


def test_a_case_for_other_pythons_is_left_out_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    write_case("plain/later", fields='python = "3.99"')
    status, out, err = outcome(capsys, "--backend", "local")
    assert (status, err) == (0, "")
    assert "Not played on local: 1 (needs Python 3.99)" in out.splitlines()


def test_nothing_played(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    write_case("plain/good", fields='imports = ["no_such_package"]')
    status, out, err = outcome(capsys)
    assert (status, err) == (5, "nothing was played, for the reasons above; see hardcell doctor\n")
    assert "Nothing got out" not in out
    why = "could not be tried: local (needs no_such_package)\n"
    assert outcome(capsys, "--backend", "local")[::2] == (5, why)


def test_a_backend_named_twice_plays_once(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, {})
    assert rows(outcome(capsys, "--backend", "local", "--backend", "local")[1])["local"][0] == "1"
