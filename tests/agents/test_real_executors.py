"""CodeAgent over the executors that ship: real workers, tools on the host, keys that stay out of the cell."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pydantic
import pytest

from agents import CodeAgent, do_without, tool
from agents.models.openai import OpenAIModel
from executors import Executor, create_executor
from sandbox.errors import GuestError, PolicyViolation
from sandbox.limits import Limits
from sandbox.policy import Allow, Ask, Deny, Policy, Request
from tests.agents.openai_server import completion, serve
from tests.agents.scripted import ScriptedModel, code
from tests.conftest import Backend

Make = Callable[..., Executor]


@pytest.fixture
def make(backend: Backend) -> Iterator[Make]:
    """``create_executor`` for each backend of the matrix; closes what it made."""
    made: list[Executor] = []

    def make_one(**options: Any) -> Executor:
        made.append(backend.make(**options))
        return made[-1]

    yield make_one
    for executor in made:
        executor.close()


@tool
def lookup(city: str, year: int = 2024) -> dict[str, int]:
    """People in a city."""
    return {"people": len(city) * year}


@tool
async def slow_double(n: int) -> int:
    """Doubles, later."""
    return 2 * n


def test_what_cells_print_is_told_while_they_run(make: Make) -> None:
    told: list[tuple[str, str]] = []
    model = ScriptedModel(code("print('one')"), code("import sys\nprint('two', file=sys.stderr)\nfinal_answer(2)"))
    agent = CodeAgent(model, executor=make(), on_output=lambda name, text: told.append((name, text)))
    assert agent.run("Go").output == 2
    joined = {name: "".join(text for named, text in told if named == name) for name in ("stdout", "stderr")}
    assert joined == {"stdout": "one\n", "stderr": "two\n"}
    with pytest.raises(TypeError, match="on_output must be callable"):
        CodeAgent(model, executor=make(), on_output=7)  # type: ignore[arg-type]


def test_steps_share_names_and_tools_run_on_the_host(make: Make) -> None:
    model = ScriptedModel(
        code("people = lookup('Rome')['people']\nprint(people)"),
        code("def half(n):\n    return n // 2\nhalf(people)"),
        code("final_answer({'half': half(people), 'double': slow_double(people)})"),
    )
    result = CodeAgent(model, [lookup, slow_double], executor=make()).run("Go")
    assert result.output == {"half": 4048, "double": 16192}
    assert "printed:\n| 8096\n" in model.asked[1][-1].content
    assert "value of the last expression:\n| 4048\n" in model.asked[2][-1].content


def test_a_guest_error_has_its_line_and_the_next_step_goes_on(make: Make) -> None:
    model = ScriptedModel(code("kept = 5\nkept / 0"), code("final_answer(kept)"))
    result = CodeAgent(model, executor=make()).run("Go")
    assert result.output == 5
    assert isinstance(result.steps[0].error, GuestError)
    shown = model.asked[1][-1].content
    assert "Your code raised: ZeroDivisionError\n| division by zero\nat line 2:\n| kept / 0" in shown


def test_wrong_arguments_never_reach_the_tool(make: Make) -> None:
    model = ScriptedModel(code("lookup(3)"), code("final_answer('ok')"))
    result = CodeAgent(model, [lookup], executor=make()).run("Go")
    assert result.output == "ok"
    assert "city" in model.asked[1][-1].content


def test_constraints_of_annotations_hold_for_guests_too(make: Make) -> None:
    reached = []

    def order(count: Annotated[int, pydantic.Field(gt=0, le=10)]) -> int:
        """Orders."""
        reached.append(count)
        return count

    model = ScriptedModel(code("order(11)"), code("final_answer(order(10))"))
    assert CodeAgent(model, [order], executor=make()).run("Go").output == 10
    assert "count: Input should be less than or equal to 10" in model.asked[1][-1].content
    assert reached == [10]


def test_a_refused_import_is_told_to_the_model(make: Make) -> None:
    model = ScriptedModel(code("import requests"), code("final_answer(1)"))
    assert CodeAgent(model, executor=make()).run("Go").output == 1
    told = model.asked[1][-1].content
    assert "Refused by the policy: ImportError [HC201]" in told
    assert "use an allowed module" in told


def test_a_decision_that_asks_ends_the_run_unless_a_hook_answers(make: Make) -> None:
    asked: list[str] = []

    def decide(request: Request) -> Any:
        if request.kind != "tool":
            return Allow()
        asked.append(request.name)
        return Ask("who says so")

    executor = make(policy=Policy.standard(decide=decide))
    result = CodeAgent(ScriptedModel(code("act()")), [act], executor=executor).run("Go")
    assert result.state == "stopped"
    assert "who says so" in result.reason
    model = ScriptedModel(code("act()"), code("final_answer(1)"))
    assert CodeAgent(model, [act], executor=executor, on_ask=do_without).run("Go").output == 1
    assert model.asked[1][-1].content.startswith("This is not granted")
    assert asked == ["act", "act"]


def act() -> None:
    """Acts."""
    raise AssertionError("never reached")


def test_a_denied_tool_call_never_reaches_the_tool(make: Make) -> None:
    reached: list[str] = []

    def act(what: str) -> None:
        """Acts."""
        reached.append(what)

    def decide(request: Request) -> Any:
        return Deny("too risky") if request.kind == "tool" else Allow()

    executor = make(policy=Policy.standard(decide=decide))
    result = CodeAgent(ScriptedModel(code("act('now')")), [act], executor=executor).run("Go")
    assert reached == []
    assert result.state == "stopped"
    assert isinstance(result.steps[0].error, PolicyViolation)
    assert "too risky" in result.reason


def test_the_prompt_tells_the_policy_and_limits_of_the_executor(make: Make) -> None:
    model = ScriptedModel(code("final_answer(1)"))
    executor = make(policy=Policy(imports=("math", "json")), limits=Limits(wall_s=7))
    CodeAgent(model, [lookup], executor=executor).run("Go")
    system = model.asked[0][0].content
    assert "Imports: math, json. Nothing else." in system
    assert "Limits for each step: 7 s, 512 MB of memory" in system
    assert "- lookup(city: str, year: int = 2024) -> dict[str, int]" in system


def test_files_written_are_named(make: Make) -> None:
    model = ScriptedModel(code("with open('report.txt', 'w') as f:\n    f.write('done')"), code("final_answer(1)"))
    executor = make()
    CodeAgent(model, executor=executor).run("Go")
    assert "files written:\n| report.txt (4 bytes)" in model.asked[1][-1].content
    assert executor.files.read("report.txt") == b"done"


def test_a_flood_is_a_limit_and_the_agent_goes_on(make: Make) -> None:
    model = ScriptedModel(code("while True:\n    print('x' * 1000)"), code("final_answer(1)"))
    executor = make(limits=Limits(output_bytes=10_000, wall_s=5))
    assert CodeAgent(model, executor=executor).run("Go").output == 1
    assert "Stopped at a limit: LimitExceeded [HC604]" in model.asked[1][-1].content


def test_an_agent_makes_and_closes_its_own_executor(require_isolation: Callable[[str], None]) -> None:
    require_isolation("L2")
    with CodeAgent(ScriptedModel(code("import math\nfinal_answer(math.sqrt(16))"))) as agent:
        assert agent.run("Go").output == 4.0
        executor = agent.executor
    with pytest.raises(Exception, match="closed"):
        executor.run("1")


SCAN = """
import gc, os, re, sys
wanted = re.compile("sk-" + "canary-" + "[0-9a-f]{24}")
texts = [repr(dict(os.environ)), repr(sys.argv)]
waiting, seen = gc.get_objects(), set()
while waiting:
    thing = waiting.pop()
    if type(thing) is str:
        texts.append(thing)
    elif type(thing) in (dict, list, tuple, set) and id(thing) not in seen:
        seen.add(id(thing))
        waiting.extend([*thing.values(), *thing] if type(thing) is dict else thing)
for name in ("environ", "cmdline"):
    for who in ("self", "1"):
        try:
            texts.append(open(f"/proc/{who}/{name}", "rb").read(1 << 20).decode("latin-1"))
        except OSError:
            pass
final_answer([len(texts), sum(len(wanted.findall(text)) for text in texts)])
"""


@pytest.mark.parametrize("leaked", [False, True], ids=["kept", "control"])
def test_a_key_never_enters_the_cell(
    leaked: bool, monkeypatch: pytest.MonkeyPatch, require_isolation: Callable[[str], None]
) -> None:
    """The control hands the key over on purpose, to show that the scan would find it."""
    require_isolation("L2")
    key = "sk-canary-" + secrets.token_hex(12)
    monkeypatch.setenv("OPENAI_API_KEY", key)
    executor = create_executor("local", engine="cpython", policy=Policy.standard(imports=["gc"]))
    with executor, serve(completion(f"```python\n{SCAN}\n```"), key=key) as endpoint:
        if leaked:
            executor.send_variables({"config": {"key": key}})
        model = OpenAIModel("m", endpoint.url)
        result = CodeAgent(model, [lookup], executor=executor).run("Scan")
    looked_at, found = result.output
    assert looked_at > 1_000
    assert (found > 0) is leaked
    assert key not in repr((endpoint.requests, model, executor))
