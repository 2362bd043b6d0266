"""Coroutines, async generators, ``async for``, ``async with`` and asynchronous comprehensions.

Invariants: most of it is driven by the prelude's own ``run``, which needs no event loop; ``asyncio.run`` is rare.
"""

from __future__ import annotations

from .calls import arguments, function_of
from .functions import declare, suspending_function
from .grower import Grower, hole, rows, statement

rows(
    "awaited",
    "3 | (await Tick(<leaf_int>))",
    """
    3 | (await Tick(<int>))
    2 | (await <coroutine>)
    1 | sum([(await Tick(n)) for n in <source> if isinstance(n, int)])
    2 | sum([n async for n in <stream> if isinstance(n, int)])
    1 | len({n async for n in <stream>})
    1 | len({n: <int> async for n in <stream> if n})
    1 | len([(n, k) async for n in <stream> for k in range(2)])
    1 | len([(await Tick((n, k))) for n in range(2) async for k in <stream>])
    1 | ((await Tick(<int>)) <junction> (await Tick(<int>)))
    1 | note('<mark>', (await Tick(<int>)), *[])
    1 | ((await Tick(<int>)) + note('<mark>', <int>))
    1 | (note('<mark>', <int>) - (await Tick(<int>)))
    1 | [note('<mark>', 1), (await Tick(<int>)), note('<mark>', 2)][<small>]
    1 | (note('<mark>', 1) <order> (await Tick(<int>)) <order> note('<mark>', 2))
    1 | ((await Tick(1)) if <test> else (await Tick(2)))
    """,
)


@hole
def coroutine(g: Grower) -> str:
    """A call of a coroutine function, or an awaitable."""
    found = function_of(g, "coroutine")
    return arguments(g, found) if found else f"Tick({g.expression('int')})"


@hole
def stream(g: Grower) -> str:
    """An asynchronous iterable."""
    found = function_of(g, "async generator")
    return arguments(g, found) if found else g.expression("loud")


@statement(5)
def coroutine_function(g: Grower) -> None:
    if g.left < 5 or g.level > 3:
        return
    signature, function = suspending_function(g, "co", "coroutine", awaits=True)
    with function:
        declare(g, g.scope)
        g.emit(f"{g.bind('any')} = {g.expression('awaited')}")
        g.body(5)
        g.emit(f"return {g.expression('int')}")
    if g.affordable(signature.cost) and not g.scope.awaits:
        g.cost += g.factor * signature.cost
        call = arguments(g, signature)
        if g.maybe(0.06) and not g.scope.yields:
            g.emit("import asyncio")
            g.emit(f"async def main(): return await asyncio.gather({_waits(g)}, {_waits(g)})")
            g.emit(f"note({g.fresh('')!r}, asyncio.run(main()))")
        g.emit(f"note({g.fresh('')!r}, run({call}))")


def _waits(g: Grower) -> str:
    return g.pick(("asyncio.sleep(0, 1)", f"asyncio.wait_for(asyncio.sleep(0, {g.below(9)}), 5)"))


@statement(4)
def stream_function(g: Grower) -> None:
    if g.left < 5 or g.level > 3:
        return
    signature, function = suspending_function(g, "agen", "async generator", awaits=True, yields=True)
    with function:
        g.emit(f"yield {g.expression('int')}")
        g.body(4)
    if g.affordable(signature.cost) and not g.scope.awaits:
        g.cost += g.factor * signature.cost
        name = g.fresh("use")
        with g.indented(f"async def {name}(source):"):
            g.emit("out = []")
            way = g.below(4)
            if way == 0:
                g.emit("out = [each async for each in source]")
            elif way == 1:
                g.emit("out.append(await source.asend(None))")
                g.emit("out.append(await source.asend(4))")
                g.emit("await source.aclose()")
            elif way == 2:
                g.emit("out.append(await source.__anext__())")
                g.emit("try: out.append(await source.athrow(Oops('into')))")
                g.emit("except (Oops, StopAsyncIteration) as error: out.append(repr(error))")
            else:
                g.emit("async for each in source: out.append(each)")
                g.emit("else: out.append('end')")
            g.emit("return out")
        g.emit(f"note({g.fresh('')!r}, run({name}({arguments(g, signature)})))")


@statement(5)
def async_for(g: Grower) -> None:
    if not g.scope.awaits or g.scope.kind != "function" or not g.affordable(4):
        return
    with g.branch():
        with g.indented(f"async for {g.bind('any')} in {stream(g)}:"), g.turns(3):
            g.body(3)
        if g.maybe(0.3):
            with g.indented("else:"), g.branch():
                g.body(2)


@statement(5)
def async_with(g: Grower) -> None:
    if not g.scope.awaits or g.scope.kind != "function":
        return
    items = [g.expression("loud") for _ in range(1 + g.below(2))]
    items = [f"{each} as {g.bind('any')}" if g.maybe(0.5) else each for each in items]
    with g.branch(), g.indented(f"async with {', '.join(items)}:"):
        g.body(3)


@statement(3)
def awaiting(g: Grower) -> None:
    if not g.scope.awaits or g.scope.kind != "function":
        return
    way = g.below(3)
    if way == 0:
        g.emit(f"await {coroutine(g)}")
    else:
        g.emit(f"{g.bind('int')} = {g.expression('awaited')}")
