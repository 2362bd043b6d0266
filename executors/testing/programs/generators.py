"""Generator functions and their drivers: ``for``, ``list``, ``send``, ``throw``, ``close``, ``yield from``.

Invariants: ``yield`` grows only in the generator's own frame; what a driver sends is a fixed script.
"""

from __future__ import annotations

from .calls import arguments, function_of
from .functions import declare, suspending_function
from .grower import Grower, hole, rows, simple, statement

rows(
    "script",
    "",
    """
    3 | [('next', 0), ('send', <int>), ('next', 1)]
    2 | [('next', 0), ('throw', Oops('thrown')), ('next', 2)]
    2 | [('next', 0), ('close', None), ('next', 3)]
    1 | [('send', None), ('throw', ValueError('v')), ('send', <int>), ('close', None)]
    1 | [('throw', Worse('early')), ('next', 4)]
    1 | [('next', 0), ('throw', GeneratorExit('out')), ('next', 5)]
    1 | [('send', None), ('send', 1), ('send', 2), ('send', 3), ('next', 6)]
    """,
)
rows("script", "1 | [('next', 0)]", "")


@hole
def iterator(g: Grower) -> str:
    """A call of a generator function, or a generator expression."""
    found = function_of(g, "generator")
    return arguments(g, found) if found else g.expression("genexp")


simple("""
3 | note('<mark>', list(<iterator>))
2 | note('<mark>', drive(<iterator>, <script>))
1 | for <=int> in <iterator>: note('<mark>', <int>)
1 | <=list> = [*<iterator>, <int>]
1 | <=list> = sorted(<iterator>, key=str)
1 | note('<mark>', next(<iterator>, <int>))
1 | note('<mark>', {**dict.fromkeys(<iterator>, 1)})
1 | <=any>, *<=list> = <iterator>
1 | note('<mark>', (*<iterator>, *<iterator>))
""")


@hole
def suspending(g: Grower) -> str:
    """A ``yield``, ``yield from`` or ``await`` where one is legal, else a plain value."""
    scope = g.scope
    if g.plain or not (scope.yields or scope.awaits or scope.kind == "comprehension"):
        return g.expression("int")
    if scope.kind == "comprehension":
        around = scope.parent
        while around is not None and around.kind == "comprehension":
            around = around.parent
        awaits = around is not None and around.awaits
        return f"(await Tick({g.expression('int')}))" if awaits else g.expression("int")
    if scope.awaits and (not scope.yields or g.maybe(0.5)):
        return g.expression("awaited")
    way = g.below(6)
    if way == 0 and not scope.awaits:
        found = function_of(g, "generator")
        source = arguments(g, found) if found and g.maybe(0.5) else g.expression("list") + "[:2]"
        return f"((yield from {source}) or 0)"
    if way == 1:
        return "((yield) or 1)"
    return f"((yield {g.expression('int')}) or {g.expression('int')})"


@statement(5)
def generator(g: Grower) -> None:
    if g.left < 5 or g.level > 3:
        return
    _, function = suspending_function(g, "gen", "generator", yields=True)
    with function:
        declare(g, g.scope)
        g.emit(f"{g.bind('any')} = yield {g.expression('int')}")
        g.body(5)
        if g.maybe(0.4):
            g.emit(f"return {g.expression('int')}")
    consume(g)


def consume(g: Grower) -> None:
    """A statement that drives a generator."""
    mark = g.fresh("")
    work = iterator(g)
    g.emit(f"note('{mark}', drive({work}, {g.expression('script')}))")


@statement(3)
def yielding(g: Grower) -> None:
    scope = g.scope
    if scope.kind != "function" or not scope.yields:
        return
    way = g.below(4)
    if way == 0:
        g.emit(f"yield {g.expression('any')}")
    elif way == 1 and not scope.awaits:
        g.emit(f"{g.bind('any')} = yield from {iterator(g)}")
    elif way == 2:
        g.emit(f"{g.bind('any')} = yield {g.expression('int')}, {g.expression('int')}")
    else:
        g.emit(f"{g.bind('any')} = yield")
