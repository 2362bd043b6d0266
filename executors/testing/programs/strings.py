"""f-strings: conversions, nested specs, ``{x=}``, f-strings in f-strings.

Invariants: legal on Python 3.11, so no quote of the string itself, backslash or newline stands inside a field.
"""

from __future__ import annotations

from .grower import Grower, hole

_QUOTES = ('"', "'", '"""', "'''")
_SPECS = (":>4", ":<5", ":^6", ":03d", ":+", ":,", ":x", ":.2f", ":>{width}", ":{chr(42)}>{width}", ":{str(5)}")


@hole
def fstring(g: Grower) -> str:
    fields = [_field(g) for _ in range(1 + g.below(3))]
    text = "".join(g.pick(("", "a", " ", "{{", "}}", "=")) + each for each in fields)
    for quote in _QUOTES:
        if quote[0] not in text and "\\" not in text:
            return f"f{quote}{text}{quote}"
    return f'"text" f"{{{g.name("int") or "1"}}}"'


def _field(g: Grower) -> str:
    with g.unsuspended():
        way = g.below(8)
        if way == 0:
            return f"{{{g.name('int') or 'len'}=}}"
        if way == 1:
            return _braced(g.expression("str"), "!r")
        if way == 2:
            return _braced(g.expression("any"), f"!{g.pick('rsa')}:{g.pick(('>9', '', '<3'))}")
        if way < 5:
            return _braced(g.expression("int"), _spec(g))
        if way == 5:
            return _braced(g.expression("loud"), f":{g.pick(('q', '>2', '{1}'))}")
        return _braced(g.expression(g.pick(("int", "str", "int"))), "")


def _braced(value: str, rest: str) -> str:
    """A field; a space keeps the brace of a dict apart from the field's own."""
    return "{" + " " * value.startswith("{") + value + rest + "}"


def _spec(g: Grower) -> str:
    return g.pick(_SPECS).replace("{width}", "{" + g.pick(("4", "6", g.name("int") or "3")) + "}")
