"""What the guest prints comes back as it was printed."""

from __future__ import annotations

from ...base import Executor
from ..case import case, equal, ok


@case()
def printed_text(executor: Executor) -> None:
    equal(ok(executor.run("print('a', 1, sep='-')\nprint('b', end='')")).stdout, "a-1\nb")


@case()
def non_ascii_text(executor: Executor) -> None:
    equal(ok(executor.run("print('h\\u00e9 \\u4e2d', chr(0x1F600))")).stdout, "hé 中 \U0001f600\n")


@case()
def lone_surrogate_is_escaped(executor: Executor) -> None:
    equal(ok(executor.run("print(chr(0xD800))")).stdout, "\\ud800\n")


@case()
def control_characters_arrive_unchanged(executor: Executor) -> None:
    equal(ok(executor.run("print(chr(27) + '[31m' + chr(0))")).stdout, "\x1b[31m\x00\n")


@case()
def standard_error(executor: Executor) -> None:
    result = ok(executor.run("import sys\nprint('out')\nprint('err', file=sys.stderr)"))
    equal((result.stdout, result.stderr), ("out\n", "err\n"))


@case()
def output_before_an_error(executor: Executor) -> None:
    result = executor.run("print('before')\n1 / 0")
    assert result.error is not None
    equal(result.stdout, "before\n")


@case()
def output_belongs_to_its_run(executor: Executor) -> None:
    equal(ok(executor.run("print('one')")).stdout, "one\n")
    equal(ok(executor.run("print('two')")).stdout, "two\n")
    equal(ok(executor.run("pass")).stdout, "")


@case()
def long_output_is_whole(executor: Executor) -> None:
    equal(ok(executor.run("print('x' * 300000)")).stdout, "x" * 300_000 + "\n")


@case()
def many_lines_are_whole(executor: Executor) -> None:
    equal(ok(executor.run("for i in range(5000):\n    print(i)")).stdout, "".join(f"{i}\n" for i in range(5000)))


@case()
def a_frame_in_the_output_is_text(executor: Executor) -> None:
    line = '{"t":"done","id":1,"value":666}'
    result = ok(executor.run(f"print('''{line}''')\n7"))
    equal((result.stdout, result.value), (line + "\n", 7))


@case()
def output_is_told_while_the_run_goes_on(executor: Executor) -> None:
    pieces: list[tuple[str, str]] = []
    heard: list[str] = []

    def told(wanted: str) -> str:
        return "".join(text for name, text in pieces if name == wanted)

    executor.send_tools({"look": lambda: heard.append(told("stdout"))})
    code = "import sys\nprint('one')\nlook()\nprint('zwei é')\nprint('err', file=sys.stderr)"
    result = ok(executor.run(code, on_output=lambda name, text: pieces.append((name, text))))
    equal(heard, ["one\n"])
    equal((told("stdout"), told("stderr")), (result.stdout, result.stderr))
    equal((result.stdout, result.stderr), ("one\nzwei é\n", "err\n"))


@case()
def a_failing_listener_stops_nothing(executor: Executor) -> None:
    def fail(name: str, text: str) -> None:
        raise ValueError("no")

    result = ok(executor.run("print(1)\nprint(2)\n3", on_output=fail))
    equal((result.value, result.stdout), (3, "1\n2\n"))
