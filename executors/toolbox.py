"""The host functions a guest may call: their names, and the strict check of arguments before every call.

Invariants: signatures are read once, when the tools are sent; a bool is no int, an int will do for a float;
a parameter without annotation takes any value; nothing is converted, so a tool sees what the guest sent.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import inspect
import keyword
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any

FINAL = "final_answer"
_SEQUENCES = (collections.abc.Sequence, collections.abc.Iterable, collections.abc.Collection)
_MAPPINGS = (collections.abc.Mapping, collections.abc.MutableMapping)


@dataclasses.dataclass(frozen=True)
class Tool:
    """A callable with its resolved annotations. ``signature`` is None where Python cannot tell."""

    name: str
    function: Callable[..., Any]
    signature: inspect.Signature | None
    annotations: Mapping[str, Any]

    @property
    def is_async(self) -> bool:
        """Whether calling it gives a coroutine."""
        call = getattr(self.function, "__call__", None)  # noqa: B004 - an instance with an async __call__ counts
        return inspect.iscoroutinefunction(self.function) or inspect.iscoroutinefunction(call)

    def bind(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments by parameter name, checked.

        Raises:
            TypeError: they do not fit the signature or an annotation; the message names the parameter.
        """
        if self.signature is None:
            return {f"argument {number}": value for number, value in enumerate(args, 1)} | dict(kwargs)
        try:
            bound = self.signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{self.name}(): {error}") from None
        for name, value in bound.arguments.items():
            if name not in self.annotations:
                continue
            wanted = self.annotations[name]
            kind = self.signature.parameters[name].kind
            if kind is inspect.Parameter.VAR_POSITIONAL:
                values = list(value)
            elif kind is inspect.Parameter.VAR_KEYWORD:
                values = list(value.values())
            else:
                values = [value]
            for one in values:
                if not fits(one, wanted):
                    raise TypeError(f"{self.name}(): {name} must be {_text(wanted)}, not {type(one).__name__}")
        return dict(bound.arguments)


def make_toolbox(tools: Mapping[str, Callable[..., Any]]) -> dict[str, Tool]:
    """The tools by name. ``final_answer`` is built in: an entry of that name is accepted and left unused.

    Raises:
        TypeError: not a mapping, or a value that is not callable.
        ValueError: a name that is not a free identifier.
    """
    if not isinstance(tools, collections.abc.Mapping):
        raise TypeError(f"tools is a dict from name to callable, not {type(tools).__name__}")
    toolbox = {}
    for name, function in tools.items():
        if type(name) is not str or not name.isidentifier() or keyword.iskeyword(name) or name.startswith("__"):
            raise ValueError(f"{name!r} cannot be the name of a tool; it must be a free identifier")
        if len(name) > 200:
            raise ValueError(f"the tool name {name[:40]!r}… is longer than 200 characters")
        if not callable(function):
            raise TypeError(f"the tool {name!r} is not callable, it is {type(function).__name__}")
        if name != FINAL:
            toolbox[name] = _read(name, function)
    return toolbox


def _read(name: str, function: Callable[..., Any]) -> Tool:
    """Tools that are objects with a ``forward`` method keep their parameters there."""
    forward = getattr(function, "forward", None)
    described = forward if callable(forward) and not inspect.isroutine(function) else function
    try:
        signature = inspect.signature(described)
    except (TypeError, ValueError):
        return Tool(name, function, None, {})
    if described is forward and next(iter(signature.parameters), "") == "self":
        # smolagents' @tool declares a self on a forward that takes none.
        signature = signature.replace(parameters=list(signature.parameters.values())[1:])
    try:
        target = described if inspect.isroutine(described) else getattr(described, "__call__", described)  # noqa: B004
        annotations = typing.get_type_hints(inspect.unwrap(target), include_extras=False)
    except Exception:
        annotations = {
            parameter.name: parameter.annotation
            for parameter in signature.parameters.values()
            if isinstance(parameter.annotation, type)
        }
    annotations = {key: value for key, value in annotations.items() if key in signature.parameters}
    return Tool(name, function, signature, annotations)


def fits(value: Any, wanted: Any) -> bool:
    """Whether ``value`` is of the annotated type, exactly. An annotation that cannot be judged accepts anything."""
    if wanted is Any or wanted is object or isinstance(wanted, (str, typing.TypeVar, typing.ForwardRef)):
        return True
    if wanted is None or wanted is type(None):
        return value is None
    if wanted is float:
        return type(value) in (int, float)
    if wanted is complex:
        return type(value) in (int, float, complex)
    if wanted is int:
        return type(value) is int
    origin = typing.get_origin(wanted)
    if origin is not None:
        return _fits_generic(value, origin, typing.get_args(wanted))
    if typing.is_typeddict(wanted):
        return type(value) is dict
    supertype = getattr(wanted, "__supertype__", None)
    if supertype is not None:
        return fits(value, supertype)
    if wanted in _SEQUENCES:
        return isinstance(value, (list, tuple))
    if wanted in _MAPPINGS:
        return isinstance(value, dict)
    if wanted is collections.abc.Callable:
        return False
    return isinstance(value, wanted) if isinstance(wanted, type) else True


def _fits_generic(value: Any, origin: Any, arguments: tuple[Any, ...]) -> bool:
    if origin is typing.Union or origin is types.UnionType:
        return any(fits(value, one) for one in arguments)
    if origin is typing.Literal:
        return any(type(value) is type(one) and value == one for one in arguments)
    if origin is typing.Annotated:
        return fits(value, arguments[0])
    if origin is tuple:
        if type(value) is not tuple:
            return False
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return all(fits(one, arguments[0]) for one in value)
        return len(value) == len(arguments) and all(map(fits, value, arguments))
    if origin in _MAPPINGS or (isinstance(origin, type) and issubclass(origin, dict)):
        return isinstance(value, dict) and all(
            fits(key, arguments[0]) and fits(one, arguments[1]) for key, one in value.items()
        )
    if origin in _SEQUENCES:
        return isinstance(value, (list, tuple)) and all(fits(one, arguments[0]) for one in value)
    if isinstance(origin, type) and issubclass(origin, (list, set, frozenset)):
        return isinstance(value, origin) and all(fits(one, arguments[0]) for one in value)
    return not isinstance(origin, type) or isinstance(value, origin)


def _text(wanted: Any) -> str:
    return wanted.__name__ if isinstance(wanted, type) and not typing.get_args(wanted) else str(wanted)
