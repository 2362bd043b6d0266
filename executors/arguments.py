"""Checks of what callers pass in, made before anything is sent."""

from __future__ import annotations

from collections.abc import Collection


def check_code(code: object) -> None:
    """Raises TypeError unless ``code`` is a str."""
    if type(code) is not str:
        raise TypeError(f"code is a str of Python source, not {type(code).__name__}")


def check_variable(name: object, tools: Collection[str]) -> str:
    """The name, if a variable may have it beside these tools. Raises ValueError if not."""
    if type(name) is not str or not name.isidentifier() or len(name) > 200:
        raise ValueError(f"{name!r} cannot be the name of a variable; it must be an identifier")
    if name in tools or name == "final_answer":
        raise ValueError(f"{name!r} is the name of a tool; choose another name for the variable")
    return name
