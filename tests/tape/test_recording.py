"""Recordings and replays: what is kept, what agrees, what differs, what is refused."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executors.base import Executor
from executors.recording import BrokenRecording, Difference, Recording, Script, read_script, replay
from executors.recording.script import RunStep
from executors.testing.programs import complete, grow
from sandbox.errors import SessionClosed
from sandbox.limits import Limits
from sandbox.policy import Allow, Deny, Policy
from tests.conftest import BACKENDS, Backend

Talk = Callable[[Executor], object]
CHANCE = """
import datetime, os, random, secrets, time, uuid
print(time.time(), time.monotonic(), time.process_time(), datetime.datetime.now(), time.ctime())
print(random.random(), random.Random().random(), secrets.token_hex(8), uuid.uuid4(), os.urandom(5))
{'a', 'b', 'c', object}
"""


@pytest.fixture(params=["local", "restricted", "jail-only"])
def jailed(request: pytest.FixtureRequest) -> Backend:
    """Each engine, in the jail."""
    return BACKENDS[request.param]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "session.jsonl"


def record(backend: Backend, path: Path, talk: Talk, **options: Any) -> Script:
    """The script of a session in which this was said."""
    with backend.make(record=Recording(path), **options) as executor:
        talk(executor)
    return read_script(path)


def again(backend: Backend, script: Script) -> Difference | None:
    options = {"policy": script.policy, "limits": script.limits, "rollback": script.rollback}
    return replay(script, lambda witness: backend.make(**options, record=witness))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def close_again(path: Path, documents: list[dict[str, Any]]) -> None:
    """Write the lines with a closing one that fits, as a forger would."""
    text = "".join(json.dumps(document) + "\n" for document in documents)
    digest = hashlib.sha256(text.encode("ascii")).hexdigest()
    last = {"type": "recording.ended", "lines": len(documents), "sha256": digest}
    path.write_text(text + json.dumps(last) + "\n", encoding="ascii")


def everything(executor: Executor) -> None:
    executor.send_variables({"rows": [{"n": 2}, {"n": 3, "of": ("a", None)}]})
    executor.files.write("in.txt", "given")
    executor.send_tools({"add": lambda a, b: a + b, "fail": lambda: 1 / 0})
    executor.run(f"{CHANCE}\ntotal = add(rows[0]['n'], b=rows[1]['n'])\nprint(total)")
    executor.run("try:\n    fail()\nexcept Exception as error:\n    print(error)")
    executor.run("import time\nopen('out.txt', 'w').write(open('in.txt').read() + str(time.time()))")
    executor.files.remove("in.txt")
    executor.send_tools({"other": lambda: None})
    executor.run("import os\nos.listdir()")
    executor.run("1 / 0")
    executor.run("import socket")
    executor.run("x = (")
    executor.run("final_answer(random.sample(range(1000), 5))")


def test_a_session_is_met_again(jailed: Backend, path: Path) -> None:
    script = record(jailed, path, everything)
    assert script.length == 15
    assert again(jailed, script) is None


def test_tools_answer_from_the_recording(path: Path) -> None:
    asked: list[int] = []
    local = BACKENDS["local"]

    def talk(executor: Executor) -> None:
        executor.send_tools({"ask": lambda n: asked.append(n) or random.random()})
        executor.run("[ask(n) for n in range(3)]")

    script = record(local, path, talk)
    assert again(local, script) is None
    assert asked == [0, 1, 2]


@pytest.mark.parametrize(
    ("first", "second"),
    [("local", "jail-only"), ("jail-only", "local"), ("local", "restricted"), ("restricted", "local")],
)
def test_engines_meet_each_others_sessions(first: str, second: str, path: Path) -> None:
    def talk(executor: Executor) -> None:
        executor.send_tools({"add": lambda a, b: a + b})
        executor.run(f"{CHANCE.replace(', object', '')}\nprint(add(1, 2))")
        executor.run("1 / 0")
        executor.run("sorted({'a', 'b'})")

    assert again(BACKENDS[second], record(BACKENDS[first], path, talk)) is None


def test_what_another_engine_answers_otherwise_is_told(path: Path) -> None:
    script = record(BACKENDS["jail-only"], path, lambda executor: executor.run("print(1)\nimport gc\nlen(gc.garbage)"),
                    policy=Policy.standard(imports=["gc"]))  # fmt: skip
    script = Script(Policy.standard(), script.limits, script.rollback, script.facts, script.steps)
    difference = again(BACKENDS["local"], script)
    assert difference is not None
    assert (difference.step, difference.what) == (1, "run 1, error")
    assert difference.recorded == "none"
    assert difference.now.startswith("ImportError: import of 'gc'")


def test_a_run_that_a_clock_ended_agrees(path: Path) -> None:
    def talk(executor: Executor) -> None:
        executor.run("import time\nwhile True:\n    print(time.time())")
        executor.run("1 + 1")

    script = record(BACKENDS["local"], path, talk, limits=Limits(wall_s=0.2, output_bytes=1 << 28))
    assert again(BACKENDS["local"], script) is None


def test_a_lost_worker_is_met_again(path: Path) -> None:
    def talk(executor: Executor) -> None:
        executor.run("x = 1")
        executor.run("import os\nos._exit(3)")
        executor.run("x")

    script = record(BACKENDS["jail-only"], path, talk)
    assert again(BACKENDS["jail-only"], script) is None


def test_denied_runs_and_calls_are_met_again(path: Path) -> None:
    def decide(request: Any) -> Any:
        return Deny("no") if "forbidden" in request.code or request.arguments.get("n") == 2 else Allow()

    def talk(executor: Executor) -> None:
        executor.send_tools({"ask": lambda n: n})
        executor.run("'forbidden'")
        executor.run("ask(1)")
        executor.run("ask(2)")

    policy = Policy.standard(decide=decide)
    script = record(BACKENDS["local"], path, talk, policy=policy)
    assert len(script.steps) == 3
    assert again(BACKENDS["local"], script) is None


VALUES = "class Thing:\n    def __init__(self):\n        self.n = {1, 2}\nshared = {3: (4, 5)}\n"


@pytest.mark.parametrize("value", ["{1, (2, 3)}", "[shared, shared, {'k': {6}}]", "Thing()", "b'x', 1j, range(3)"])
def test_values_of_every_kind_are_met_again(jailed: Backend, path: Path, value: str) -> None:
    def talk(executor: Executor) -> None:
        executor.send_tools({"same": lambda value: value})
        executor.run(VALUES)
        executor.run(f"same(({value}))")
        executor.run(value)

    assert again(jailed, record(jailed, path, talk)) is None


def test_what_is_undone_is_undone_again(path: Path) -> None:
    def talk(executor: Executor) -> None:
        executor.run("import time\nkept = time.time()")
        executor.run("kept = time.time()\nwhile True:\n    kept += 1")
        executor.run("kept, time.time()")

    script = record(BACKENDS["local"], path, talk, limits=Limits(ops=10_000))
    assert [step.result["state"] for step in script.steps if isinstance(step, RunStep)][::2] == ["kept", "kept"]
    assert again(BACKENDS["local"], script) is None


def test_event_loops_are_met_again_on_the_other_engines(path: Path) -> None:
    code = """
import asyncio
async def late(seconds):
    await asyncio.sleep(seconds)
    return seconds
async def main():
    return await asyncio.gather(late(0.02), late(0.01))
print(asyncio.run(main()))
"""
    script = record(BACKENDS["local"], path, lambda executor: executor.run(code))
    assert again(BACKENDS["local"], script) is None
    assert again(BACKENDS["restricted"], script) is None
    assert again(BACKENDS["jail-only"], script) is None


def test_deterministic_sessions_can_be_recorded(path: Path) -> None:
    script = record(BACKENDS["local"], path, everything, policy=Policy.standard(deterministic=True))
    assert script.policy.deterministic
    assert again(BACKENDS["local"], script) is None


CODE = "import time\nvalue = add(1, 2)\nprint(time.time())\nvalue"
"""Its recording has the lines: started, tools, run, call, result, ended, and events between them."""


def changed(path: Path, kind: str, change: Callable[[dict[str, Any]], object]) -> Script:
    """The script of a recording of CODE in which one line was changed."""

    def talk(executor: Executor) -> None:
        executor.send_tools({"add": lambda a, b: a + b})
        executor.run(CODE)

    record(BACKENDS["local"], path, talk)
    documents = lines(path)[:-1]
    change(next(document for document in documents if document["type"] == f"recording.{kind}"))
    close_again(path, documents)
    return read_script(path)


@pytest.mark.parametrize(
    ("kind", "change", "told"),
    [
        ("call", lambda line: line["answer"].update(value=4), "step 2 differs, run 1, value_repr\n"
         "  recorded: '3'\n  now:      '4'"),
        ("call", lambda line: line["args"].append(3), "step 3 differs, run 1, tool call 1\n"
         "  recorded: {'name': 'add', 'args': [1, 2, 3], 'kwargs': {}}\n"
         "  now:      {'name': 'add', 'args': [1, 2], 'kwargs': {}}"),
        ("run", lambda line: line.update(code=CODE.replace("value = add(1, 2)", "value = 3")),
         "step 3 differs, run 1, tool call 1\n  recorded: 'add'\n  now:      'no call'"),
        ("run", lambda line: line.update(code=f"{CODE}\nadd(3, 4)"), "step 2 differs, run 1, tool calls\n"
         "  recorded: 'no more'\n  now:      {'name': 'add', 'args': [3, 4], 'kwargs': {}}"),
        ("run", lambda line: line.update(code=f"{CODE} / 0"), "step 2 differs, run 1, error\n"
         "  recorded: 'none'\n  now:      'ZeroDivisionError: division by zero'"),
        ("run", lambda line: line.update(code=f"more = 1\n{CODE}"), "step 2 differs, run 1, variables\n"
         "  recorded: [['value', 'int', '3']]\n  now:      [['more', 'int', '1'], ['value', 'int', '3']]"),
        ("run", lambda line: line.update(code=f"{CODE}; time.time()"), "step 2 differs, run 1, clock and random "
         "numbers: the run asked for the time of day, which is one reading more than recorded"),
        ("run", lambda line: line.update(code=CODE.replace("time()", "monotonic()")), "step 2 differs, run 1, clock "
         "and random numbers: reading 4 was of the monotonic clock; the recording has the time of day"),
        ("result", lambda line: line["tape"]["readings"].append(["t", 5]), "step 2 differs, run 1, clock and random "
         "numbers: the run made 4 readings of clock and random source, 1 less than recorded"),
        ("result", lambda line: line["result"].update(stdout="5\n"), "step 2 differs, run 1, stdout\n"
         "  recorded: '5\\n'\n"),
        ("result", lambda line: line["result"].update(state="lost"), "step 2 differs, run 1, state\n"
         "  recorded: 'lost'\n  now:      'kept'"),
        ("result", lambda line: line["result"]["artifacts"].append(["a", 1, "b"]), "step 2 differs, run 1, artifacts\n"
         "  recorded: [['a', 1, 'b']]\n  now:      []"),
    ],
)  # fmt: skip
def test_the_first_difference_is_told(path: Path, kind: str, change: Callable[[Any], object], told: str) -> None:
    difference = again(BACKENDS["local"], changed(path, kind, change))
    assert str(difference).startswith(told)


@pytest.mark.parametrize(
    ("kind", "change", "why"),
    [
        ("started", lambda line: line.update(format=2), "line 1: the recording has format 2; this hardcell"),
        ("started", lambda line: line.update(policy={"imports": ["a b"]}), "line 1: 'a b' is not an import pattern"),
        ("started", lambda line: line.update(policy=[]), "line 1: "),
        ("started", lambda line: line.pop("limits"), "line 1: "),
        ("started", lambda line: line.update(limits={"wall_s": -1}), "line 1: limits.wall_s"),
        ("started", lambda line: line.update(rollback={"when": "often"}), "line 1: rollback.when"),
        ("started", lambda line: line.update(rollback={"x": 1}), "line 1: "),
        ("tools", lambda line: line.update(names=["add", 1]), "line 2: a step that has a malformed names"),
        ("tools", lambda line: line.update(type="recording.more"), "line 2: 'recording.more' is no step"),
        ("tools", lambda line: line.update(type="recording.call"), "line 2: 'recording.call' is no step"),
        ("tools", lambda line: line.update(type="recording.request", kind="set", fields={}), "a step that lacks"),
        ("tools", lambda line: line.update(type="recording.request", kind="bye", fields={}), "line 2: 'recording.req"),
        ("tools", lambda line: line.update(type="recording.request", kind="set", fields={"t": "bye"}), "line 2: "),
        ("run", lambda line: line.update(code=1), "a step that has a malformed code"),
        ("call", lambda line: line.update(args={}), "a step that has a malformed args"),
        ("call", lambda line: line.update(answer={"t": "bye"}), "an answer of another form"),
        ("call", lambda line: line.update(answer={"error": {"type": 1}}), "a step that has a malformed error"),
        ("call", lambda line: line.update(type="recording.tools"), "'recording.tools' in the middle of a run"),
        ("result", lambda line: line.update(tape={"readings": 1}), "a result of another form"),
        ("result", lambda line: line["result"].update(stdout=1), "a result of another form"),
        ("result", lambda line: line["result"].update(error={}), "a result of another form"),
        ("result", lambda line: line.update(wall_s=-1.0), "a result with a time that is none"),
        ("result", lambda line: line.update(wall_s=float("nan")), "a result with a time that is none"),
        ("result", lambda line: line.update(wall_s="1"), "a result with a time that is none"),
        ("result", lambda line: line.update(type="recording"), "the recording ends in the middle of a run"),
    ],
)  # fmt: skip
def test_a_recording_of_another_form_is_refused(
    path: Path, kind: str, change: Callable[[Any], object], why: str
) -> None:
    with pytest.raises(BrokenRecording) as refused:
        changed(path, kind, change)
    assert why in str(refused.value)


def test_a_cut_or_changed_file_is_refused(path: Path) -> None:
    record(BACKENDS["local"], path, lambda executor: executor.run("print(1)"))
    whole = path.read_bytes()
    rows = whole.splitlines(keepends=True)
    for broken, why in (
        (b"", "this is no recording"),
        (b"\xff\xfe", "no whole line of JSON"),
        (b"[" * 100_000 + b"\n", "no whole line of JSON"),
        (b"[]\n", "not an object with a type"),
        (b'{"type":"run.started"}\n', "this is no recording"),
        (whole[:-1], "no whole line of JSON"),
        (whole[: len(whole) // 2], "no whole line of JSON"),
        (b"".join(rows[:-1]), "ends without its closing line"),
        (b"".join([*rows[:2], *rows[3:]]), "lines and are"),
        (b"".join([*rows[:2], rows[3], rows[2], *rows[4:]]), "the digest differs"),
        (whole.replace(b"print(1)", b"print(2)"), "the digest differs"),
        (whole + rows[-1], "lines and are"),
    ):
        path.write_bytes(broken)
        with pytest.raises(BrokenRecording, match=why):
            read_script(path)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One recording, to be damaged in copies."""
    path = tmp_path_factory.mktemp("recorded") / "session.jsonl"
    record(BACKENDS["local"], path, everything)
    return path


@given(data=st.data())
def test_no_damage_is_believed(data: st.DataObject, recorded: Path) -> None:
    whole = recorded.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[place]))
    broken = recorded.with_suffix(".broken")
    broken.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
    with pytest.raises(BrokenRecording):
        read_script(broken)


def test_a_recording_replaces_no_file(path: Path) -> None:
    path.write_text("mine", encoding="ascii")
    with pytest.raises(FileExistsError):
        Recording(path)
    assert path.read_text(encoding="ascii") == "mine"


def test_only_its_owner_may_read_a_recording(path: Path) -> None:
    Recording(path).closed()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_recording_is_of_one_session(path: Path) -> None:
    recording = Recording(path)
    local = BACKENDS["local"]
    with local.make(record=recording) as executor, pytest.raises(ValueError, match="a Recording records one session"):
        executor.run("1")
        local.make(record=recording)


def test_a_session_that_never_ran_is_whole(path: Path) -> None:
    script = record(BACKENDS["local"], path, lambda executor: None)
    assert script.steps == ()
    assert again(BACKENDS["local"], script) is None


def test_a_closed_session_records_no_more(path: Path) -> None:
    recording = Recording(path)
    executor = BACKENDS["local"].make(record=recording)
    executor.run("1")
    executor.close()
    executor.close()
    with pytest.raises(SessionClosed):
        executor.run("2")
    assert len(read_script(path).steps) == 1


def test_a_recorded_session_has_no_snapshots(path: Path) -> None:
    with BACKENDS["local"].make(record=Recording(path)) as executor:
        with pytest.raises(ValueError, match="a recorded session cannot take snapshots"):
            executor.snapshot()
        with pytest.raises(ValueError, match="a recorded session cannot be restored"):
            executor.restore(b"")


def test_record_is_refused_in_process_and_of_another_type(path: Path) -> None:
    with pytest.raises(ValueError, match="record needs a process of its own"):
        BACKENDS["in-process"].make(record=Recording(path))
    with pytest.raises(TypeError, match=r"record is an executors.recording.Recording, not PosixPath"):
        BACKENDS["local"].make(record=path)


def test_code_that_is_too_large_is_no_step(path: Path) -> None:
    def talk(executor: Executor) -> None:
        with pytest.raises(ValueError, match="the code is larger"):
            executor.run("#" * (3 << 20))
        executor.run("1")

    assert len(record(BACKENDS["local"], path, talk, limits=Limits(value_bytes=2048)).steps) == 1


def test_a_long_run_keeps_the_beginning_of_its_tape(path: Path) -> None:
    script = record(BACKENDS["local"], path, lambda executor: executor.run(
        "import time\nlast = 0\nfor _ in range(30_000):\n    last = time.monotonic()\nlast > 0"
    ))  # fmt: skip
    result = next(line for line in lines(path) if line["type"] == "recording.result")
    assert (len(result["tape"]["readings"]), result["tape"]["cut"]) == (10_000, True)
    difference = again(BACKENDS["local"], script)
    assert difference is not None and difference.what == "run 1, variables"


def test_ordinary_sessions_load_no_tape() -> None:
    with BACKENDS["jail-only"].make() as executor:
        assert executor.run("import sys\n'sandbox.tape.process' in sys.modules").value is False


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1 << 40))
def test_grown_programs_are_met_again(recorded: Path, seed: int) -> None:
    code = complete(grow(random.Random(seed)))
    path = recorded.with_name(f"grown-{seed}.jsonl")
    path.unlink(missing_ok=True)
    local = BACKENDS["local"]
    assert again(local, record(local, path, lambda executor: executor.run(code))) is None
