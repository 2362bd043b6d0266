"""``match``: every kind of pattern, with guards, over subjects that often match.

Invariants: a pattern binds no name twice; alternatives bind the same names (none, or one each); a pattern that always
matches stands only last.
"""

from __future__ import annotations

from .grower import Grower, rows, statement
from .scopes import Kind

rows(
    "subject",
    "1 | <leaf_int>",
    """
    3 | <int>
    2 | <str>
    3 | <list>
    3 | <tuple>
    3 | <dict>
    3 | Point(<int>, <any>)
    1 | Point(<int>, Point(1, 2))
    2 | (<int>, <list>)
    1 | (<int>, <str>, <dict>)
    1 | <loud>
    2 | <any>
    1 | {'a': <int>, 'key': <list>, 'more': <int>}
    1 | note('<mark>', [<int>, (1, 2)])
    """,
)


@statement(8)
def matching(g: Grower) -> None:
    with g.indented(f"match {g.expression('subject')}:"):
        cases = 1 + g.below(4)
        for _ in range(cases):
            names: list[str] = []
            text = _pattern(g, names, 2)
            _case(g, text, names, guarded=_always(text))
        if g.maybe(0.4):
            names = []
            _case(g, "_" if g.maybe(0.6) else _capture(g, names, "any"), names, guarded=False)


def _always(text: str) -> bool:
    """Whether the pattern is a bare name, which matches anything."""
    return text.strip("()").isidentifier() and text not in ("None", "True", "False")


def _case(g: Grower, text: str, names: list[str], *, guarded: bool) -> None:
    with g.branch():
        for name in names:
            g.scope.bind(name)
        g.matches += 1
        guard = f" if {g.expression('test')}" if guarded or g.maybe(0.25) else ""
        with g.indented(f"case {text}{guard}:"):
            g.emit(f"note({g.fresh('')!r}, ({''.join(f'{name}, ' for name in names)}))")
            g.body(2)
        g.matches -= 1


def _capture(g: Grower, names: list[str], kind: Kind) -> str:
    free = [name for name in g.scope.bindable(kind) if name not in names]
    if not free:
        return "_"
    name = g.pick(free)
    names.append(name)
    return name


_VALUES = ("0", "1", "-2", "'a'", "None", "True", "False", "1.5", "1+2j", "b'by'", "'key'", "3")


def _pattern(g: Grower, names: list[str], depth: int) -> str:
    way = g.below(12) if depth else g.below(5)
    if way == 0:
        return g.pick(_VALUES)
    if way == 1:
        return "_" if depth < 2 else g.pick(_VALUES)
    if way == 2:
        return _capture(g, names, "any") if depth < 2 else f"[{_capture(g, names, 'any')}]"
    if way == 3:
        return " | ".join(g.pick(_VALUES) for _ in range(2 + g.below(2)))
    if way == 4:
        return g.pick(("int()", "str()", "Point.y", "list()", "dict()", "tuple()", "bool()", f"int({g.pick('13')})"))
    if way < 8:
        return _sequence(g, names, depth)
    if way == 8:
        return _mapping(g, names, depth)
    if way == 9:
        return _class(g, names, depth)
    if way == 10:
        inner = _pattern(g, names, depth - 1)
        name = _capture(g, names, "any")
        return f"({inner}) as {name}" if name != "_" and not _always(inner) else f"({inner})"
    shared = _capture(g, names, "any")
    return f"([{shared}] | ({shared}, {g.pick(_VALUES)}) | {{'a': {shared}}})"


def _sequence(g: Grower, names: list[str], depth: int) -> str:
    parts = [_pattern(g, names, depth - 1) for _ in range(g.below(4))]
    if g.maybe(0.45):
        star = "_" if g.maybe(0.3) else _capture(g, names, "list")
        parts.insert(g.below(len(parts) + 1), f"*{star}")
    left, right = ("[", "]") if g.maybe(0.6) or not parts else ("(", ",)" if len(parts) == 1 else ")")
    return f"{left}{', '.join(parts)}{right}"


def _mapping(g: Grower, names: list[str], depth: int) -> str:
    keys = [key for key in ("'a'", "'key'", "1") if g.maybe(0.5)]
    parts = [f"{key}: {_pattern(g, names, depth - 1)}" for key in keys]
    if g.maybe(0.4):
        rest = _capture(g, names, "dict")
        if rest != "_":
            parts.append(f"**{rest}")
    return f"{{{', '.join(parts)}}}"


def _class(g: Grower, names: list[str], depth: int) -> str:
    way = g.below(4)
    if way == 0:
        kind = g.pick(("int", "str", "list", "dict", "tuple"))
        return f"{kind}({_capture(g, names, 'any')})"
    positional = [_pattern(g, names, depth - 1) for _ in range(g.pick((0, 1, 1, 2, 2)))]
    if g.maybe(0.02):
        positional += ["_", "_"]
    keywords = [f"y={_pattern(g, names, depth - 1)}"] if len(positional) < 2 and g.maybe(0.5) else []
    return f"Point({', '.join(positional + keywords)})"
