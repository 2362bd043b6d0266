"""Each limit ends the run as its own LimitExceeded, and the next run works."""

from __future__ import annotations

from sandbox.errors import LimitExceeded
from sandbox.limits import Limits

from ...base import Executor
from ..case import case, equal, ok


def _ends_by(executor: Executor, source: str, *limits: str) -> LimitExceeded:
    result = executor.run(source)
    error = result.error
    assert isinstance(error, LimitExceeded), repr(result)
    assert error.limit in limits, f"{error.limit} is not of {limits}: {error}"
    assert error.code.startswith("HC6"), error.code
    equal(ok(executor.run("1 + 1")).value, 2)
    return error


@case(limits=Limits(wall_s=0.5))
def wall_clock_of_a_loop(executor: Executor) -> None:
    error = _ends_by(executor, "while True:\n    pass", "wall_s")
    assert error.allowed == 0.5 and error.used is not None and error.used >= 0.5, repr(error.used)


@case(limits=Limits(wall_s=0.5), needs=("hard_deadline",))
def wall_clock_of_a_sleep(executor: Executor) -> None:
    _ends_by(executor, "import time\ntime.sleep(99)", "wall_s")


@case(limits=Limits(wall_s=0.5), needs=("hard_deadline",))
def wall_clock_of_a_library_call(executor: Executor) -> None:
    _ends_by(executor, "sum(range(10 ** 12))", "wall_s", "ops")


@case(limits=Limits(wall_s=0.5))
def swallowing_the_limit_does_not_help(executor: Executor) -> None:
    _ends_by(
        executor,
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        continue",
        "wall_s",
    )


@case(limits=Limits(wall_s=0.5))
def finally_does_not_help(executor: Executor) -> None:
    source = (
        "def f():\n    while True:\n        try:\n            while True:\n                pass\n"
        "        finally:\n            continue\nf()"
    )
    _ends_by(executor, source, "wall_s")


@case(limits=Limits(wall_s=20, cpu_s=0.5), needs=("cpu_s",))
def cpu(executor: Executor) -> None:
    _ends_by(executor, "while True:\n    pass", "cpu_s")


@case(engines="guarded", limits=Limits(wall_s=20, ops=10_000))
def operations(executor: Executor) -> None:
    _ends_by(executor, "n = 0\nwhile True:\n    n += 1", "ops")


@case(engines="guarded", limits=Limits(wall_s=20, ops=10_000))
def operations_start_anew_each_run(executor: Executor) -> None:
    for _ in range(3):
        ok(executor.run("for i in range(4000):\n    pass"))


@case(limits=Limits(wall_s=20, memory_mb=64), needs=("memory_mb",))
def memory(executor: Executor) -> None:
    _ends_by(executor, "x = []\nwhile True:\n    x.append('a' * 1000000)", "memory_mb")


@case(limits=Limits(wall_s=20, memory_mb=64), needs=("memory_mb",))
def refused_memory_can_be_caught(executor: Executor) -> None:
    source = "try:\n    x = bytearray(1 << 30)\nexcept MemoryError:\n    x = None\nx"
    result = executor.run(source)
    equal((result.error, result.value), (None, None))


@case(limits=Limits(wall_s=20, output_bytes=10_000))
def output(executor: Executor) -> None:
    result = executor.run("while True:\n    print('x' * 99)")
    assert isinstance(result.error, LimitExceeded), repr(result.error)
    equal(result.error.limit, "output_bytes")
    assert 0 < len(result.stdout.encode()) <= 10_000, len(result.stdout)
    equal(ok(executor.run("1 + 1")).value, 2)


@case(limits=Limits(wall_s=20, output_bytes=100))
def output_within_the_limit(executor: Executor) -> None:
    equal(ok(executor.run("print('x' * 99)")).stdout, "x" * 99 + "\n")


@case(limits=Limits(wall_s=20, value_bytes=10_000))
def a_large_value_does_not_travel(executor: Executor) -> None:
    result = executor.run("'x' * 1000000")
    assert not isinstance(result.value, str), "a value above limits.value_bytes arrived"
    equal(ok(executor.run("1 + 1")).value, 2)


@case(limits=Limits(wall_s=0.5, total_wall_s=60))
def time_of_tools_is_not_the_guest_s(executor: Executor) -> None:
    import time

    def slow() -> int:
        ends = time.monotonic() + 0.7
        while time.monotonic() < ends:
            pass
        return 1

    executor.send_tools({"slow": slow})
    equal(ok(executor.run("slow()")).value, 1)


@case(limits=Limits(wall_s=0.5), needs=("hard_deadline",))
def a_lost_state_is_told(executor: Executor) -> None:
    ok(executor.run("x = 1"))
    result = executor.run(
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"
    )
    assert result.state in ("kept", "rolled_back", "lost")
    after = executor.run("x")
    if result.state == "lost":
        assert after.error is not None and after.error.type == "NameError", repr(after)
        started = [event for event in after.events if event.type == "session.started"]
        assert started and "replaces" in started[0].data, repr(after.events)
    else:
        equal(ok(after).value, 1)
