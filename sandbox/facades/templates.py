"""Format templates that library code fills in.

Invariant: their fields name the value, and nothing of it.
"""

from __future__ import annotations

import string
from typing import Any

from .runtime import Runtime


def template(runtime: Runtime, text: Any) -> Any:
    """A format template as a plain string, or what is no string as it is.

    Raises:
        Stop: a field reads an attribute or an item of the value.
    """
    if not isinstance(text, str):
        return text
    plain = str.__str__(text)
    try:
        fields = list(string.Formatter().parse(plain))
    except ValueError:
        return plain  # whoever formats it says so
    for _, field, spec, _ in fields:
        if (field and not field.isidentifier() and not field.isdigit()) or (spec and "{" in spec):
            runtime.refuse("HC101", f"the field {field!r} of a format template")
    return plain
