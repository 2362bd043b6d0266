"""Usage, isolation and events that a result carries."""

from __future__ import annotations

import json

from sandbox.limits import Limits

from ...base import Executor
from ..case import case, equal, ok


@case()
def usage_is_measured(executor: Executor) -> None:
    usage = ok(executor.run("print('abc')\nsum(i * i for i in range(20000))")).usage
    assert usage.wall_s > 0, usage
    equal((usage.output_bytes, usage.tool_calls), (4, 0))


@case(engines="guarded")
def operations_are_counted(executor: Executor) -> None:
    few = ok(executor.run("for i in range(10):\n    pass")).usage.ops
    many = ok(executor.run("for i in range(1000):\n    pass")).usage.ops
    assert 10 <= few < 100 and 1000 <= many < 1100, (few, many)


@case()
def isolation_is_told_with_every_result(executor: Executor) -> None:
    isolation = ok(executor.run("1")).isolation
    equal(isolation, executor.isolation)
    assert isolation.kind in ("none", "process", "container", "managed", "microvm", "wasm"), isolation.kind


@case()
def events_of_a_run_are_in_order(executor: Executor) -> None:
    executor.send_tools({"tool": lambda: 1})
    kinds = [event.type for event in ok(executor.run("tool()")).events]
    equal(kinds, ["session.started", "run.started", "tool.called", "tool.ended", "run.ended"])
    equal([event.type for event in ok(executor.run("1")).events], ["run.started", "run.ended"])


@case()
def events_are_lines_of_json(executor: Executor) -> None:
    for event in executor.run("import socket").events:
        line = event.to_json()
        assert line.isascii() and "\n" not in line
        equal(json.loads(line), event.to_dict())


@case()
def a_limit_is_an_event(executor: Executor) -> None:
    result = executor.run("print('x' * (1 << 21))")
    assert result.error is not None
    equal([e.data["limit"] for e in result.events if e.type == "limit"], ["output_bytes"])


@case()
def capabilities_name_engine_and_enclosure(executor: Executor) -> None:
    capabilities = executor.capabilities
    assert capabilities.engine in ("interpreter", "restricted", "cpython") and capabilities.enclosure, capabilities


@case()
def capabilities_speak_of_every_limit(executor: Executor) -> None:
    limits = executor.capabilities.limits
    equal(sorted(limits), sorted(Limits().to_dict()))
    assert all(limits.values()), limits


@case()
def environment_of_the_host_is_not_the_guest_s(executor: Executor) -> None:
    result = executor.run("import os\ndict(os.environ)")
    if result.error is None:
        assert not {"PATH", "HOME", "USER"} & set(result.value) or len(result.value) < 8, sorted(result.value)


@case(engines="guarded")
def what_is_recorded_while_a_value_is_told_is_the_outcome(executor: Executor) -> None:
    source = "class A:\n    def __repr__(self):\n        {}\n"
    refused = executor.run(source.format("return str(self.__class__.__subclasses__())") + "A()")
    assert refused.error is not None
    equal((refused.error.kind, refused.value_repr), ("policy", "None"))
    equal([event.type for event in refused.events if event.type == "refused"], ["refused"])
    answered = executor.run(source.format("final_answer(7)") + "a = A()\n5")
    equal((answered.error, answered.value, answered.is_final_answer), (None, 5, False))
    equal(ok(executor.run("1 + 1")).value, 2)
