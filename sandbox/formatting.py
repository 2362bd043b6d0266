"""``str.format`` for guests: the language of format strings with every attribute read through the gate.

Invariants: behaves as ``str.format`` of the running Python, numbering rules and messages included; a field's
attributes and items are read by the gate given at construction; nested specs are formatted under the same rules.
"""

from __future__ import annotations

from _string import formatter_field_name_split, formatter_parser  # type: ignore[import-not-found]
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_CONVERSIONS: dict[str, Callable[[Any], str]] = {"r": repr, "s": str, "a": ascii}


class GuardedFormatter:
    """Formats templates; ``getattr_`` is the attribute gate, ``format_`` formats one value."""

    def __init__(self, getattr_: Callable[[Any, str], Any], format_: Callable[[Any, str], str] = format) -> None:
        self._getattr = getattr_
        self._format = format_

    def vformat(self, template: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
        """``template.format(*args, **kwargs)``.

        Raises:
            ValueError, IndexError, KeyError: as ``str.format`` does.
        """
        return _Formatting(self._getattr, self._format, args, kwargs).run(template, 2)


class _Formatting:
    """One call of ``format``: the arguments, and whether fields are numbered by hand or automatically."""

    def __init__(
        self,
        getattr_: Callable[[Any, str], Any],
        format_: Callable[[Any, str], str],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> None:
        self._getattr = getattr_
        self._format = format_
        self._args = args
        self._kwargs = kwargs
        self._next = 0
        self._manual: bool | None = None

    def run(self, template: str, depth: int) -> str:
        if depth == 0:
            raise ValueError("Max string recursion exceeded")
        out: list[str] = []
        for literal, field, spec, conversion in formatter_parser(template):
            if literal:
                out.append(literal)
            if field is None:
                continue
            value = self._field(field)
            if conversion is not None:
                convert = _CONVERSIONS.get(conversion)
                if convert is None:
                    raise ValueError(f"Unknown conversion specifier {conversion!s}")
                value = convert(value)
            out.append(self._format(value, self.run(spec, depth - 1) if "{" in spec or "}" in spec else spec))
        return "".join(out)

    def _field(self, field: str) -> Any:
        first, rest = formatter_field_name_split(field)
        if first == "":
            if self._manual:
                raise ValueError("cannot switch from manual field specification to automatic field numbering")
            self._manual = False
            first, self._next = self._next, self._next + 1
        elif type(first) is int:
            if self._manual is False:
                raise ValueError("cannot switch from automatic field numbering to manual field specification")
            self._manual = True
        if type(first) is int:
            if first >= len(self._args):
                raise IndexError(f"Replacement index {first} out of range for positional args tuple")
            value = self._args[first]
        else:
            value = self._kwargs[first]
        for is_attribute, key in rest:
            value = self._getattr(value, key) if is_attribute else value[key]
        return value
