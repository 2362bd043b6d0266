"""``Policy(deterministic=True)``: the same program, the same results and events, byte for byte."""

from __future__ import annotations

import dataclasses
import random
import statistics
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executors.testing.programs import complete, grow
from executors.zygotes import shut_down
from sandbox.limits import Limits
from sandbox.policy import PRESETS, Policy, dump_toml, load_toml
from sandbox.result import Result
from tests import honest_programs
from tests.conftest import BACKENDS, Backend

HONEST = honest_programs.programs()
CASES = sorted((honest_programs.FOLDER.parent / "cases").rglob("*.py"))[::9]


@pytest.fixture(params=["local", "restricted", "jail-only"])
def jailed(request: pytest.FixtureRequest) -> Backend:
    """Each engine, in the jail."""
    return BACKENDS[request.param]


def told(result: Result) -> dict[str, Any]:
    """All of a result that is not a measurement."""
    error = result.error
    return {
        "value": repr(result.value),
        "texts": [result.value_repr, result.stdout, result.stderr, result.state, result.is_final_answer],
        "error": None if error is None else {**vars(error), "used": None},
        "variables": result.variables,
        "artifacts": [(made.name, made.media_type, made.size, made.digest) for made in result.artifacts],
        "ops": result.usage.ops,
        "events": [event.to_json() for event in result.events],
    }


def session(backend: Backend, cells: tuple[str, ...], policy: Policy) -> list[dict[str, Any]]:
    with backend.make(policy=policy, limits=Limits(wall_s=60, cpu_s=60)) as executor:
        return [told(executor.run(code)) for code in cells]


def run(backend: Backend, code: str, **options: Any) -> Result:
    with backend.make(policy=Policy.standard(deterministic=True), **options) as executor:
        return executor.run(code)


READINGS = """
import datetime, os, random, secrets, tempfile, time, uuid
zone = datetime.timezone(datetime.timedelta(hours=2))
[
    time.time(), time.time_ns(), time.monotonic(), time.perf_counter_ns(), time.process_time(),
    str(datetime.datetime.now()), str(datetime.datetime.now(zone)), str(datetime.datetime.today()),
    str(datetime.date.today()), time.strftime("%Y-%m-%d %H:%M:%S"), time.ctime(), time.gmtime()[:6],
    random.Random(7).random(), len(os.urandom(3)), secrets.token_hex(2), str(uuid.uuid4())[14],
]
"""


def test_clocks_begin_at_the_epoch(jailed: Backend) -> None:
    value = run(jailed, READINGS).value
    assert value[:-2] == [
        1735689600.002, 1735689600003000000, 1000.004, 1000005000000, 0.006,
        "2025-01-01 00:00:00.007000", "2025-01-01 02:00:00.008000+02:00", "2025-01-01 00:00:00.009000",
        "2025-01-01", "2025-01-01 00:00:00", "Wed Jan  1 00:00:00 2025", (2025, 1, 1, 0, 0, 0),
        random.Random(7).random(), 3,
    ]  # fmt: skip
    assert value[-1] == "4"


def test_now_is_of_the_class_that_was_asked(jailed: Backend) -> None:
    code = """
import datetime
class Moment(datetime.datetime):
    pass
now = datetime.datetime.now()
[type(now) is datetime.datetime, type(now - datetime.timedelta(1)) is datetime.datetime, type(Moment.now()) is Moment,
 isinstance(Moment.now(), datetime.datetime), now.tzinfo is None, datetime.datetime.now(tz=datetime.UTC).tzinfo]
"""
    assert repr(run(jailed, code).value) == "[True, True, True, True, True, datetime.timezone.utc]"


def test_sleeping_takes_no_time(jailed: Backend) -> None:
    code = "import time\nbegan = time.time_ns()\ntime.sleep(86400)\ntime.time_ns() - began"
    result = run(jailed, code, limits=Limits(wall_s=20))
    assert (result.value, result.error) == (86_400 * 10**9 + 1_000_000, None)


def test_a_loop_that_waits_for_time_ends(jailed: Backend) -> None:
    code = "import time\nturns = 0\nend = time.monotonic() + 1\nwhile time.monotonic() < end:\n    turns += 1\nturns"
    assert run(jailed, code).value in (999, 1000)


def test_an_event_loop_waits_in_its_own_time(jailed: Backend) -> None:
    code = """
import asyncio, time
async def late(seconds):
    await asyncio.sleep(seconds)
    return seconds
async def main():
    return await asyncio.gather(late(5000), late(3000), asyncio.wait_for(late(1), 2))
began = time.monotonic()
[asyncio.run(main()), 5000 < time.monotonic() - began < 5001]
"""
    assert run(jailed, code, limits=Limits(wall_s=20)).value == [[5000, 3000, 1], True]


@pytest.mark.parametrize("bad", ["-1", "'1'", "None", "float('nan')", "float('inf')"])
def test_what_cannot_be_slept_is_refused_as_ever(jailed: Backend, bad: str) -> None:
    code = f"import time\ntime.sleep({bad})"
    with jailed.make() as executor:
        expected = executor.run(code).error
    found = run(jailed, code).error
    assert expected is not None and found is not None
    assert (found.type, found.message) == (expected.type, expected.message)


def test_ids_and_addresses_are_numbers_of_the_session(jailed: Backend) -> None:
    code = """
class Thing:
    pass
kept = [Thing(), Thing()]
print(kept[0])
[id(kept[0]) == id(kept[0]), id(kept[0]) != id(kept[1]), hex(id(kept[0])), f"{kept[1]}"]
"""
    result = run(jailed, code)
    assert result.stdout == "<__main__.Thing object at 0x7f0000000010>\n"
    assert result.value == [True, True, "0x7f0000000010", "<__main__.Thing object at 0x7f0000000020>"]


def test_files_tell_the_time_of_the_session(jailed: Backend) -> None:
    code = """
import os
with open('new', 'w') as file:
    file.write('text')
os.utime('old', (1000, 2000))
[os.stat('new').st_mtime_ns, os.path.getmtime('given'), os.stat('old').st_mtime, os.stat('new').st_size]
"""
    with jailed.make(policy=Policy.standard(deterministic=True)) as executor:
        executor.files.write("given", "text")
        executor.files.write("old", "text")
        value = executor.run(code).value
    assert value == [1735689600001000000, 1735689600.001, 2000.0, 4]


def test_archives_are_the_same_bytes(jailed: Backend) -> None:
    code = """
import gzip, zipfile
with open('a.txt', 'w') as file:
    file.write('text')
with zipfile.ZipFile('a.zip', 'w') as archive:
    archive.write('a.txt')
    archive.writestr('b.txt', 'more')
with gzip.open('a.gz', 'wb') as file:
    file.write(b'text')
"""
    policy = Policy.standard(deterministic=True)
    assert session(jailed, (code,), policy) == session(jailed, (code,), policy)


def test_sets_of_texts_have_one_order_in_every_process(jailed: Backend) -> None:
    code = "[list({'a', 'bc', 'def', 'ghij', b'k'}), hash('text'), hash(b'bytes')]"
    first = run(jailed, code).value
    shut_down()
    assert run(jailed, code).value == first


def test_events_count_and_measure_nothing(jailed: Backend) -> None:
    with jailed.make(policy=Policy.standard(deterministic=True)) as executor:
        executor.send_tools({"add": lambda a, b: a + b})
        events = executor.run("add(1, 2)").events
    assert [(event.type, event.time) for event in events] == [
        ("session.started", 1.0), ("run.started", 2.0), ("tool.called", 3.0), ("tool.ended", 4.0), ("run.ended", 5.0),
    ]  # fmt: skip
    assert events[3].data == {"name": "add", "error": None}
    assert events[4].data == {"outcome": "ok", "state": "kept"}


def test_seeding_reaches_the_library(jailed: Backend) -> None:
    with jailed.make() as executor:
        value = executor.run("import random, statistics\nrandom.seed(5)\nstatistics.NormalDist(0, 1).samples(3)").value
    random.seed(5)
    assert value == statistics.NormalDist(0, 1).samples(3)


def test_all_engines_draw_alike() -> None:
    code = "import random, secrets, uuid\n[random.random(), secrets.token_hex(4), str(uuid.uuid4())]"
    local, restricted, native = (run(BACKENDS[name], code).value for name in ("local", "restricted", "jail-only"))
    assert local == restricted == native


def test_other_sessions_keep_the_machines_time(jailed: Backend) -> None:
    run(jailed, "1")
    with jailed.make() as executor:
        assert executor.run("import time\ntime.time()").value > 1_760_000_000


@pytest.mark.parametrize("program", HONEST[::8], ids=lambda program: program.name)
def test_honest_programs_run_twice_alike(program: honest_programs.Program, jailed: Backend) -> None:
    if program.third_party and honest_programs.missing():
        pytest.skip(f"needs {', '.join(honest_programs.missing())}")
    preset = "data_science" if program.third_party else "standard"
    policy = Policy.preset(preset, deterministic=True)
    assert session(jailed, program.cells, policy) == session(jailed, program.cells, policy)


def test_cases_run_twice_alike(jailed: Backend) -> None:
    policy = Policy.standard(deterministic=True)
    for path in CASES:
        cells = (path.read_text(encoding="utf-8"),)
        assert session(jailed, cells, policy) == session(jailed, cells, policy), path


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1 << 40))
def test_grown_programs_run_twice_alike(seed: int) -> None:
    cells = (complete(grow(random.Random(seed))),)
    policy = Policy.standard(deterministic=True)
    assert session(BACKENDS["local"], cells, policy) == session(BACKENDS["local"], cells, policy)


def test_in_process_there_is_no_determinism() -> None:
    with pytest.raises(ValueError, match="policy.deterministic needs a process of its own"):
        BACKENDS["in-process"].make(policy=Policy.standard(deterministic=True))


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_and_documents_know_the_word(preset: str) -> None:
    policy = Policy.preset(preset, deterministic=True)
    assert policy == dataclasses.replace(Policy.preset(preset), deterministic=True)
    assert Policy.from_dict(policy.to_dict()) == policy
    assert load_toml(dump_toml(policy, Limits()))[0] == policy
    assert load_toml(f'[policy]\npreset = "{preset}"\ndeterministic = true')[0] == policy


def test_the_word_is_true_or_false() -> None:
    with pytest.raises(TypeError, match="policy.deterministic must be true or false"):
        Policy(deterministic=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"policy.toml:2: policy.deterministic must be true or false"):
        load_toml('[policy]\ndeterministic = "yes"')


def test_packages_draw_and_read_the_fixed_sources(jailed: Backend) -> None:
    if honest_programs.missing():
        pytest.skip(f"needs {', '.join(honest_programs.missing())}")
    code = """
import numpy as np, pandas as pd
drawn = [float(np.random.random()), float(np.random.default_rng().random()), np.random.permutation(5).tolist(),
         pd.Series(range(9)).sample(3).tolist()]
[drawn, str(pd.Timestamp.now()), str(pd.Timestamp.today()), repr(np.random.default_rng())]
"""
    policy = Policy.data_science(deterministic=True)
    first, second = session(jailed, (code,), policy), session(jailed, (code,), policy)
    assert first == second
    assert "'2025-01-01 00:00:00.002000'" in first[0]["value"]
