"""The parameters of a host function: what a model is told of them, and the strict check of what it sends.

Invariants: the schema and the check come from the same pydantic model, built once from signature and docstring;
nothing is converted for convenience ("3" is not an int, True is not an int) except what JSON cannot write itself.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pydantic
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

MAX_ARGUMENTS = 1 << 20
_PLAIN = (bool, int, float, str, type(None))
_MAX_ERRORS = 5
_SECTION = re.compile(
    r"^(?P<name>Args|Arguments|Parameters|Returns|Return|Raises|Yields|Examples?|Notes?):\s*(?P<rest>.*)$"
)
_ARGUMENT = re.compile(r"^\*{0,2}(?P<name>\w+)\s*(?:\([^)]*\))?\s*:\s*(?P<text>.*)$")
_PARAM = re.compile(r"^:param\s+(?:[^:]*\s)?(?P<name>\w+)\s*:\s*(?P<text>.*)$")


@dataclasses.dataclass(frozen=True)
class Docstring:
    """What a docstring tells: the text for the model, and one line for each argument."""

    description: str
    arguments: Mapping[str, str]

    @classmethod
    def parse(cls, text: str) -> Docstring:
        """Read a docstring in plain, Google or ``:param name:`` style. Sections on errors and examples are left out."""
        body: list[str] = []
        arguments: dict[str, str] = {}
        section, current, margin = "", "", 0
        for line in inspect.cleandoc(text).splitlines():
            heading, param = _SECTION.match(line), _PARAM.match(line)
            if heading:
                section, current = heading["name"], ""
                if section.startswith("Return"):
                    body.append(f"Returns: {heading['rest']}".rstrip())
            elif param:
                section, current = "Args", param["name"]
                arguments[current] = param["text"].strip()
            elif line.startswith(":return"):
                section = "Returns"
                body.append("Returns: " + line.partition(":")[2].partition(":")[2].strip())
            elif section in ("Args", "Arguments", "Parameters"):
                entry, indent = _ARGUMENT.match(line.strip()), len(line) - len(line.lstrip())
                if entry and (not current or indent <= margin):
                    current, margin = entry["name"], indent
                    arguments[current] = entry["text"].strip()
                elif current and line.strip():
                    arguments[current] += " " + line.strip()
            elif section.startswith("Return") and line.strip():
                body[-1] += " " + line.strip()
            elif not section:
                body.append(line)
        return cls("\n".join(body).strip(), arguments)


class _AnySchema(GenerateJsonSchema):
    """A type that JSON cannot describe is told to the model as "anything"; the check stays strict."""

    def handle_invalid_for_json_schema(self, schema: core_schema.CoreSchema, error_info: str) -> JsonSchemaValue:
        return {}


class Parameters:
    """The parameters of ``function``.

    ``json_schema`` describes them, ``signature`` is Python text such as ``(query: str, limit: int = 5) -> list[str]``,
    ``python_signature`` is the same for ``inspect``.

    Raises:
        TypeError: ``*args``, ``**kwargs``, positional-only parameters, or annotations that cannot be resolved.
    """

    def __init__(self, function: Callable[..., Any], name: str, descriptions: Mapping[str, str]) -> None:
        self._name = name
        self.python_signature = _without_self(inspect.signature(function))
        hints = _hints(function, name)
        # Numbered fields under aliases: a parameter may be called `json`, `_x` or `model_config`.
        fields: dict[str, Any] = {}
        for number, parameter in enumerate(self.python_signature.parameters.values()):
            if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
                raise TypeError(
                    f"tool {name!r}: parameter {parameter} cannot be described to a model; "
                    "use parameters that can be passed by name"
                )
            field: dict[str, Any] = {"alias": parameter.name, "description": descriptions.get(parameter.name)}
            if parameter.default is parameter.empty:
                field["default"] = ...
            elif type(parameter.default) in _PLAIN:
                field["default"] = parameter.default
            else:
                field["default_factory"] = lambda: None
            fields[f"p{number}"] = (hints.get(parameter.name, Any), pydantic.Field(**field))
        self._names = {f"p{number}": parameter for number, parameter in enumerate(self.python_signature.parameters)}
        config = pydantic.ConfigDict(strict=True, extra="forbid", arbitrary_types_allowed=True, title=name)
        try:
            self._model: type[pydantic.BaseModel] = pydantic.create_model("Arguments", __config__=config, **fields)
            schema = self._model.model_json_schema(schema_generator=_AnySchema)
        except pydantic.errors.PydanticUserError as error:
            raise TypeError(f"tool {name!r}: its annotations cannot be used: {error.message}") from None
        self.json_schema: dict[str, Any] = _without_titles(schema)
        self.signature = _text(self.python_signature, hints)

    def check(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Python arguments as keyword arguments, checked against the annotations.

        Raises:
            TypeError: they do not fit; the message names each argument.
        """
        try:
            given = self.python_signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{self._name}{self.signature}: {error}") from None
        try:
            return self._values(self._model.model_validate(dict(given)))
        except pydantic.ValidationError as error:
            raise self._misfit(error) from None

    def check_json(self, text: str) -> dict[str, Any]:
        """A JSON object as keyword arguments, checked against the annotations.

        Raises:
            TypeError: not JSON, not an object, too long, or the arguments do not fit.
        """
        if len(text) > MAX_ARGUMENTS:
            raise TypeError(f"{self._name}: arguments longer than {MAX_ARGUMENTS} characters")
        try:
            return self._values(self._model.model_validate_json(text.encode("utf-8", "replace")))
        except pydantic.ValidationError as error:
            raise self._misfit(error) from None

    def _values(self, checked: pydantic.BaseModel) -> dict[str, Any]:
        return {
            name: getattr(checked, field) for field, name in self._names.items() if field in checked.model_fields_set
        }

    def _misfit(self, error: pydantic.ValidationError) -> TypeError:
        found = error.errors(include_url=False, include_context=False)
        lines = []
        for item in found[:_MAX_ERRORS]:
            place = ".".join(str(part) for part in item["loc"])
            got = "" if item["type"] in ("missing", "json_invalid") else f", not {type(item['input']).__name__}"
            lines.append(f"{place}: {item['msg']}{got}" if place else item["msg"])
        if len(found) > _MAX_ERRORS:
            lines.append(f"and {len(found) - _MAX_ERRORS} more")
        return TypeError(f"{self._name}{self.signature}: " + "; ".join(lines))


def _without_self(signature: inspect.Signature) -> inspect.Signature:
    """smolagents' tools declare a ``self`` on a ``forward`` that takes none."""
    parameters = list(signature.parameters.values())
    return signature.replace(parameters=parameters[1:]) if parameters and parameters[0].name == "self" else signature


def _hints(function: Callable[..., Any], name: str) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function, include_extras=True)
    except (NameError, AttributeError, SyntaxError, TypeError) as error:
        raise TypeError(f"tool {name!r}: its annotations cannot be resolved: {error}") from None


def _text(signature: inspect.Signature, hints: Mapping[str, Any]) -> str:
    """The signature with resolved annotations; a default that is not plain data is shown as ``...``."""
    parameters = [
        parameter.replace(
            annotation=hints.get(parameter.name, parameter.empty),
            default=parameter.default
            if parameter.default is parameter.empty or type(parameter.default) in _PLAIN
            else ...,
        )
        for parameter in signature.parameters.values()
    ]
    returned = hints.get("return", signature.empty)
    return (
        str(signature.replace(parameters=parameters, return_annotation=returned))
        .replace("Ellipsis", "...")
        .replace("typing.", "")
    )


def _without_titles(schema: Any) -> Any:
    """The schema without pydantic's generated ``title`` texts, which only cost the model tokens."""
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _without_titles(item) for name, item in value.items()}
        if key in ("properties", "$defs") and isinstance(value, dict)
        else _without_titles(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
    }
