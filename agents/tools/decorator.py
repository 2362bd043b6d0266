"""``@tool``: a plain function, described once and still a plain function.

Invariants: what cannot be described is refused where the tool is defined, not when a model calls it.
"""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from .base import ToolSpec
from .schema import Docstring, Parameters

F = TypeVar("F", bound=Callable[..., Any])

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_ATTRIBUTE = "__hardcell_tool__"
RESERVED = frozenset({"final_answer"})


def tool(function: F) -> F:
    """Make ``function`` (sync or async) a tool: its name, docstring and annotations are what a model is told.

    Returns the function itself, callable as before.

    Raises:
        ValueError: a name that a tool cannot have, or no docstring.
        TypeError: not a function, or parameters that cannot be described.
    """
    if not inspect.isfunction(function):
        raise TypeError(f"@tool decorates a function, not {type(function).__name__}; subclass Tool for objects")
    setattr(function, _ATTRIBUTE, _build(function.__name__, inspect.getdoc(function) or "", function, function))
    return function


def tool_spec(item: object) -> ToolSpec:
    """What an agent holds of a tool: a function, a ``Tool`` object (anything with ``name`` and ``forward``).

    Raises:
        ValueError, TypeError: as ``tool``.
    """
    if isinstance(item, ToolSpec):
        return item
    known = getattr(item, _ATTRIBUTE, None)
    if isinstance(known, ToolSpec):
        return known
    if isinstance(item, type):
        raise TypeError(f"{item.__name__} is a class; pass an instance, {item.__name__}()")
    forward = getattr(item, "forward", None)
    if callable(forward):
        name = getattr(item, "name", "") or type(item).__name__.lower()
        text = "\n\n".join(filter(None, (getattr(item, "description", ""), inspect.getdoc(forward))))
        return _build(name, text, forward, item if callable(item) else forward)
    if callable(item) and hasattr(item, "__name__"):
        return _build(item.__name__, inspect.getdoc(item) or "", item, item)
    raise TypeError(f"a tool is a function or an object with forward(), not {type(item).__name__}")


def tool_specs(items: Iterable[object]) -> tuple[ToolSpec, ...]:
    """All of them, in order.

    Raises:
        ValueError: two tools of one name, or as ``tool``.
        TypeError: as ``tool``.
    """
    specs = tuple(tool_spec(item) for item in items)
    names = [spec.name for spec in specs]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two tools are called {name!r}; give each its own name")
    return specs


def _build(name: Any, text: str, declared: Callable[..., Any], target: Callable[..., Any]) -> ToolSpec:
    if not isinstance(name, str) or not _NAME.fullmatch(name) or keyword.iskeyword(name) or name in RESERVED:
        raise ValueError(
            f"{name!r} cannot be a tool's name: at most 64 ASCII letters, digits and underscores, "
            f"a letter first, no keyword, not {', '.join(sorted(RESERVED))}"
        )
    docstring = Docstring.parse(text)
    if not docstring.description:
        raise ValueError(f"tool {name!r} needs a docstring: it is all that a model knows of the tool")
    return ToolSpec(name, docstring.description, Parameters(declared, name, docstring.arguments), declared, target)
