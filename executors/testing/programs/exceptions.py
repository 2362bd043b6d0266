"""``try`` in all its forms, ``raise``, ``with``, ``except*``: and every way to leave them.

Invariants: nothing leaves an ``except*`` block by ``break``, ``continue`` or ``return``, as the grammar demands.
"""

from __future__ import annotations

from .expressions import raiser
from .grower import Grower, hole, rows, simple, statement
from .statements import leave

rows(
    "caught",
    "",
    """
    4 | Exception
    3 | ZeroDivisionError
    2 | (ValueError, TypeError)
    2 | Oops
    2 | Worse
    2 | LookupError
    1 | (KeyError, (IndexError, AttributeError))
    1 | note('<mark>', ValueError)
    1 | NameError
    1 | RuntimeError
    1 | <int>
    """,
)
rows("caught", "1 | Exception", "")
rows(
    "raised",
    "1 | Oops(<leaf_str>)",
    """
    4 | Oops(<str>)
    3 | Worse(<str>, size=<int>)
    2 | ValueError(<int>)
    1 | KeyError(<str>)
    1 | IndexError
    1 | ZeroDivisionError
    1 | Oops(<str>) from ValueError(<int>)
    1 | Worse from None
    1 | ExceptionGroup('g', [Oops(<str>), ValueError(<int>)])
    1 | <int>
    """,
)
rows("whole", "1 | Oops(1)", "2 | Oops(<int>)\n1 | ValueError(<str>)\n1 | Worse()\n1 | ExceptionGroup('in', [<whole>])")
simple("""
2 | note('<mark>', <raiser>)
1 | (<raiser>, note('<mark>'))
1 | <=int> = note('<mark>', 1) + <raiser> + note('<mark>', 2)
""")


@statement(4)
def raising(g: Grower) -> None:
    if g.level == 0 and g.maybe(0.8):
        return
    text = f"raise {g.expression('raised')}"
    g.emit(f"if {g.expression('test')}: {text}" if g.maybe(0.6) else text)


@statement(12)
def trying(g: Grower) -> None:
    with g.indented("try:"), g.branch():
        g.body(3)
        if g.maybe(0.5):
            g.emit(f"raise {g.expression('raised')}" if g.maybe(0.5) else f"note('{g.fresh('')}', {raiser(g)})")
    handlers = g.below(4)
    for number in range(handlers):
        _handler(g, last=number == handlers - 1)
    if handlers and g.maybe(0.35):
        with g.indented("else:"), g.branch():
            g.body(2)
    if not handlers or g.maybe(0.4):
        with g.indented("finally:"), g.branch():
            g.body(2)
            if g.maybe(0.15):
                g.emit(leave(g))


def _handler(g: Grower, last: bool) -> None:
    if last and g.maybe(0.25):
        with g.indented("except:"), g.branch():
            g.body(2)
        return
    kind = g.expression("caught")
    if g.maybe(0.6):
        with g.indented(f"except {kind} as error:"), g.branch():
            g.emit(f"note('{g.fresh('')}', {g.pick(_SEEN)})")
            g.body(2)
            if g.maybe(0.15):
                g.emit(g.pick(("raise", "raise Oops('again') from error", "raise Oops('during')", "del error")))
        if g.maybe(0.05):
            g.emit("finally: note('gone', error)")
            g.emit("try: pass")
            g.emit("except Oops: pass")
    else:
        with g.indented(f"except {kind}:"), g.branch():
            g.body(2)
            if g.maybe(0.1):
                g.emit("raise")


_SEEN = (
    "(type(error).__name__, str(error))",
    "(type(error).__name__, error.args)",
    "(repr(error.__context__), repr(error.__cause__))",
    "isinstance(error, Exception)",
)


@statement(3)
def trying_groups(g: Grower) -> None:
    scope = g.scope
    with g.indented("try:"), g.branch():
        if g.maybe(0.5):
            g.body(2)
        members = ", ".join(g.expression("whole") for _ in range(1 + g.below(3)))
        text = f"ExceptionGroup('group', [{members}])" if g.maybe(0.8) else g.expression("whole")
        g.emit(f"raise {text}" if g.maybe(0.8) else f"note('{g.fresh('')}', 1)")
    loop, returns = scope.in_loop, scope.returns
    scope.in_loop = scope.returns = False
    for _ in range(1 + g.below(3)):
        kind = g.pick(("Oops", "Worse", "ValueError", "(TypeError, KeyError)", "Exception", "Oops"))
        with g.indented(f"except* {kind} as group:"), g.branch():
            g.emit(f"note('{g.fresh('')}', [repr(each) for each in group.exceptions])")
            g.body(2)
            if g.maybe(0.12):
                g.emit(g.pick(("raise", "raise Oops('new')")))
    scope.in_loop, scope.returns = loop, returns
    if g.maybe(0.3):
        with g.indented("else:"), g.branch():
            g.body(2)
    if g.maybe(0.3):
        with g.indented("finally:"), g.branch():
            g.body(2)


@hole
def manager(g: Grower) -> str:
    return g.pick((g.expression("loud"), "guard(Oops)", "guard(ZeroDivisionError, LookupError)", "guard(Exception)"))


@statement(7)
def with_block(g: Grower) -> None:
    items = [manager(g) for _ in range(g.pick((1, 1, 1, 2, 3)))]
    texts = []
    for item in items:
        way = g.below(5)
        if way < 2:
            item += f" as {g.bind('any')}"
        elif way == 2 and g.maybe(0.3):
            item = f"Loud('two', 2) as ({g.bind('any')}, {g.bind('any')})"
        elif way == 3 and g.maybe(0.3):
            item += f" as {g.expression('loud')}[note('{g.fresh('')}', 1)]"
        texts.append(item)
    text = f"({', '.join(texts)})" if g.maybe(0.1) and len(texts) > 1 else ", ".join(texts)
    with g.branch(), g.indented(f"with {text}:"):
        g.body(3)
        if g.maybe(0.25):
            g.emit(f"note('{g.fresh('')}', {raiser(g)})")
        elif g.maybe(0.25):
            g.emit(leave(g))
