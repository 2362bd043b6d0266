"""``@tool``, class-based tools, schemas and the strict check of arguments."""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import Tool, tool, tool_spec
from agents.tools.decorator import tool_specs
from agents.tools.schema import MAX_ARGUMENTS, Docstring


@tool
def search(query: str, limit: int = 5, kind: Literal["web", "news"] = "web") -> list[str]:
    """Searches the catalogue.

    Longer words.

    Args:
        query: what to look for,
            in plain words
        limit (int): how many hits

    Returns:
        the titles

    Raises:
        ValueError: never told to a model
    """
    return [f"{kind}:{query}"] * limit


@tool
async def fetch(page: int) -> str:
    """Fetches a page."""
    await asyncio.sleep(0)
    return f"page {page}"


class Counter(Tool):
    name = "count"
    description = "Counts calls."

    def __init__(self) -> None:
        self.calls = 0

    def forward(self, step: int = 1) -> int:  # type: ignore[override]
        self.calls += step
        return self.calls


def test_a_tool_stays_a_plain_function() -> None:
    assert inspect.isfunction(search)
    assert search("x", limit=2) == ["web:x", "web:x"]


def test_what_a_model_is_told() -> None:
    spec = tool_spec(search)
    assert spec.name == "search"
    assert spec.description == "Searches the catalogue.\n\nLonger words.\n\nReturns: the titles"
    assert spec.signature == "search(query: str, limit: int = 5, kind: Literal['web', 'news'] = 'web') -> list[str]"
    assert spec.to_function() == {
        "type": "function",
        "function": {
            "name": "search",
            "description": spec.description,
            "parameters": {
                "type": "object",
                "properties": {
                    "query": {"type": "string", "description": "what to look for, in plain words"},
                    "limit": {"type": "integer", "default": 5, "description": "how many hits"},
                    "kind": {"type": "string", "enum": ["web", "news"], "default": "web"},
                },
                "required": ["query"],
                "additionalProperties": False,
            },
        },
    }


def test_param_style_docstring() -> None:
    text = "Adds.\n\n:param a: one\n:param int b: two\n:returns: the sum"
    assert Docstring.parse(text) == Docstring("Adds.\n\nReturns: the sum", {"a": "one", "b": "two"})


@given(st.text())
def test_any_docstring_parses(text: str) -> None:
    Docstring.parse(text)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"query": 1}, "query: Input should be a valid string, not int"),
        ({"query": "x", "limit": "3"}, "limit: Input should be a valid integer, not str"),
        ({"query": "x", "limit": True}, "limit: Input should be a valid integer, not bool"),
        ({"query": "x", "kind": "old"}, "kind: Input should be 'web' or 'news'"),
        ({}, "missing a required argument: 'query'"),
        ({"query": "x", "more": 1}, "got an unexpected keyword argument 'more'"),
    ],
)
def test_misfits_are_named(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(TypeError) as caught:
        tool_spec(search).parameters.check((), arguments)
    assert str(caught.value).startswith("search(query: str")
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"query": 1}', "query: Input should be a valid string, not int"),
        ('{"limit": 1}', "query: Field required"),
        ('{"query": "x", "more": 1}', "more: Extra inputs are not permitted"),
        ('{"query": "x"', "Invalid JSON"),
        ("[1]", "Input should be an object"),
        ("[" * 100_000, "Invalid JSON"),
        ('"' + "x" * MAX_ARGUMENTS + '"', "arguments longer than"),
    ],
)
def test_json_misfits_are_named(text: str, named: str) -> None:
    with pytest.raises(TypeError, match="search") as caught:
        tool_spec(search).parameters.check_json(text)
    assert named in str(caught.value)
    assert len(str(caught.value)) < 2_000


@given(st.text())
def test_any_text_is_arguments_or_a_type_error(text: str) -> None:
    try:
        arguments = tool_spec(search).parameters.check_json(text)
    except TypeError:
        return
    assert isinstance(arguments["query"], str)


def test_json_makes_what_json_cannot_write() -> None:
    @dataclasses.dataclass
    class Point:
        x: int
        y: int

    def plot(points: tuple[Point, ...], size: Annotated[int, pydantic.Field(gt=0)] = 1) -> int:
        """Plots."""
        return len(points)

    parameters = _spec_with_locals(plot, Point=Point).parameters
    assert parameters.check_json('{"points": [{"x": 1, "y": 2}]}') == {"points": (Point(1, 2),)}
    with pytest.raises(TypeError, match="size: Input should be greater than 0"):
        parameters.check((), {"points": (), "size": 0})


def _spec_with_locals(function: Any, **names: Any) -> Any:
    """The tool, its postponed annotations resolved with names of the test."""
    function.__globals__.update(names)
    try:
        return tool_spec(function)
    finally:
        for name in names:
            del function.__globals__[name]


def test_parameters_may_have_any_name() -> None:
    def odd(json: str, _x: int, model_config: float, copy: bool = False) -> str:
        """Odd names."""
        return f"{json} {_x} {model_config} {copy}"

    spec = tool_spec(odd)
    given_arguments = spec.parameters.check(("a", 1), {"model_config": 2})
    assert given_arguments == {"json": "a", "_x": 1, "model_config": 2.0}
    assert spec.call(given_arguments) == "a 1 2.0 False"


def test_unannotated_parameters_take_anything_and_defaults_are_the_functions_own() -> None:
    marker = object()

    def keep(value, other=marker):  # type: ignore[no-untyped-def]
        """Keeps."""
        return value, other is marker

    spec = tool_spec(keep)
    assert spec.signature == "keep(value, other=...)"
    assert spec.call(spec.parameters.check(({1, 2},), {})) == ({1, 2}, True)


def test_a_type_that_json_cannot_describe_is_still_checked() -> None:
    def draw(shape: complex, names: Sequence[str] = ()) -> None:
        """Draws."""

    parameters = tool_spec(draw).parameters
    assert parameters.check((1j,), {"names": ["a"]}) == {"shape": 1j, "names": ["a"]}
    with pytest.raises(TypeError, match="shape"):
        parameters.check(("1j",), {})


def test_host_function_keeps_the_signature_and_checks() -> None:
    function = tool_spec(search).host_function()
    assert inspect.signature(function) == inspect.signature(search)
    assert function("x", 1) == ["web:x"]
    with pytest.raises(TypeError, match="limit"):
        function("x", "1")


def test_an_async_tool_is_waited_for() -> None:
    function = tool_spec(fetch).host_function()
    assert not inspect.iscoroutinefunction(function)
    assert function(3) == "page 3"

    async def inside() -> str:
        result: str = function(4)
        return result

    assert asyncio.run(inside()) == "page 4"


def test_an_async_tools_error_is_its_own() -> None:
    @tool
    async def fail() -> None:
        """Fails."""
        raise KeyError("lost")

    async def inside() -> None:
        tool_spec(fail).call({})

    with pytest.raises(KeyError, match="lost"):
        asyncio.run(inside())


def test_class_based_tool() -> None:
    counter = Counter()
    spec = tool_spec(counter)
    assert (spec.name, spec.description, spec.signature) == ("count", "Counts calls.", "count(step: int = 1) -> int")
    assert spec.host_function()(2) == 2
    assert counter() == 3


def test_a_foreign_object_with_forward_is_called_as_an_object() -> None:
    class Foreign:
        name = "double"
        description = "Doubles."
        ready = False

        def forward(self, n: int) -> int:
            assert self.ready
            return 2 * n

        def __call__(self, *args: Any, **kwargs: Any) -> int:
            self.ready = True
            return self.forward(*args, **kwargs)

    assert tool_spec(Foreign()).host_function()(4) == 8


def no_docstring(x: int) -> int:
    return x


def starred(*items: int) -> None:
    """Stars."""


def unknown(x: Missing) -> None:  # type: ignore[name-defined]  # noqa: F821
    """Unknown."""


@pytest.mark.parametrize(
    ("item", "kind", "named"),
    [
        (Counter, TypeError, "Counter is a class; pass an instance"),
        (3, TypeError, "a tool is a function or an object with forward"),
        (lambda x: x, ValueError, "'<lambda>' cannot be a tool's name"),
    ],
)
def test_what_is_no_tool(item: Any, kind: type[Exception], named: str) -> None:
    with pytest.raises(kind, match=named):
        tool_spec(item)


@pytest.mark.parametrize(
    ("function", "kind", "named"),
    [
        (no_docstring, ValueError, "needs a docstring"),
        (starred, TypeError, "parameters that can be passed by name"),
        (unknown, TypeError, "cannot be resolved: name 'Missing'"),
    ],
)
def test_a_function_that_cannot_be_described(function: Any, kind: type[Exception], named: str) -> None:
    with pytest.raises(kind, match=named):
        tool(function)


@pytest.mark.parametrize("name", ["final_answer", "class", "_private", "größe", "x" * 65, ""])
def test_names_a_tool_cannot_have(name: str) -> None:
    def function() -> None:
        """Does."""

    function.__name__ = name
    with pytest.raises(ValueError, match="cannot be a tool's name"):
        tool(function)


def test_tool_wants_a_function() -> None:
    with pytest.raises(TypeError, match="@tool decorates a function, not Counter"):
        tool(Counter())


def test_two_tools_of_one_name() -> None:
    with pytest.raises(ValueError, match="two tools are called 'search'"):
        tool_specs([search, search])


def test_a_forward_that_declares_a_self_it_does_not_take() -> None:
    """smolagents' ``@tool`` makes such objects."""

    class Simple:
        name = "shout"
        description = "Shouts."

    def shout(text: str) -> str:
        return text.upper()

    shout.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD),
            inspect.Parameter("text", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=str),
        ]
    )
    simple = Simple()
    simple.forward = shout  # type: ignore[attr-defined]
    spec = tool_spec(simple)
    assert spec.signature.startswith("shout(text: str)")
    assert list(inspect.signature(spec.host_function()).parameters) == ["text"]
    assert spec.host_function()("a") == "A"
