"""Context managers, awaitables and asynchronous iterables whose special methods are of every kind: functions, class
and static methods, properties, callable objects, descriptors, None; in the class, its base or its metaclass.

Invariants: each use ends after a few turns and stands in a ``try`` of its own.
"""

from __future__ import annotations

from .grower import Grower, statement

_VALUES = {
    "__enter__": ("1", "note('MARK', 'entered')"),
    "__exit__": ("True", "False", "note('MARK', 'left')"),
    "__aenter__": ("Tick(1)", "Tick(2)", "3"),
    "__aexit__": ("Tick(True)", "Tick(None)", "Tick(note('MARK', 'left'))"),
    "__await__": ("iter(())", "iter((1, 2))", "Tick(4).__await__()", "5"),
    "__aiter__": ("NAME()", "NAME()", "NAME()", "6"),
    "__anext__": ("few()", "few()", "few()", "7"),
}
_GROUPS = (("__enter__", "__exit__"), ("__aenter__", "__aexit__"), ("__aiter__", "__anext__"), ("__await__",))
_CALLED = "lambda *args: note('MARK', len(args)) and VALUE"
_KINDS = (
    _CALLED,
    _CALLED,
    f"classmethod({_CALLED})",
    f"staticmethod({_CALLED})",
    f"property(lambda self: note('MARK', 'read') and ({_CALLED}))",
    f"Called({_CALLED})",
    f"Bound({_CALLED})",
    "None",
)
_USES = {
    "__enter__": "with THING as value: note('MARK', 'inside'); INSIDE",
    "__aenter__": "async with THING as value: note('MARK', 'inside'); INSIDE",
    "__aiter__": "note('MARK', [each async for each in THING])",
    "__await__": "note('MARK', await THING)",
}
_LOOP = "async for each in THING: note('MARK', each)"


@statement(3)
def special_methods(g: Grower) -> None:
    if g.left < 5 or g.level > 3 or not g.affordable(24):
        return
    name = g.fresh("Kind")
    group = g.pick(_GROUPS)
    where = g.below(6)
    head = ""
    if where < 2:
        with g.indented(f"class {name}Outer{'(type)' if where else ''}:"):
            _methods(g, name, group)
        head = f"(metaclass={name}Outer)" if where else f"({name}Outer)"
    with g.indented(f"class {name}{head}:"):
        if where > 1 or g.maybe(0.2):
            _methods(g, name, group)
    for _ in range(1 + g.below(2)):
        _use(g, name, group)
    g.cost += g.factor * 12


def _methods(g: Grower, name: str, group: tuple[str, ...]) -> None:
    for method in group:
        if g.maybe(0.95):
            text = g.pick(_KINDS).replace("VALUE", g.pick(_VALUES[method]))
            g.emit(f"{method} = {text.replace('MARK', g.fresh('')).replace('NAME', name)}")


def _use(g: Grower, name: str, group: tuple[str, ...]) -> None:
    text = _LOOP if group[0] == "__aiter__" and g.maybe(0.5) else _USES[group[0]]
    thing = name if g.maybe(0.15) else f"{name}()"
    text = text.replace("THING", thing).replace("MARK", g.fresh("")).replace("INSIDE", g.pick(("[][1]", "pass")))
    use = g.fresh("used")
    suspends = group[0] != "__enter__"
    with g.indented(f"{'async ' if suspends else ''}def {use}():"):
        if g.maybe(0.3):
            g.emit(f"try: {text}" if text.startswith("note") else "try:")
            if not text.startswith("note"):
                g.emit(f"    {text}")
            g.emit("finally: pass")
        else:
            g.emit(text)
        if not suspends and g.maybe(0.4):
            g.emit("yield")
            suspends = True
            g.emit("note('end')")
            use = f"list({use}())"
        else:
            use = f"run({use}())" if suspends else f"{use}()"
    g.emit("try:")
    g.emit(f"    {use}")
    g.emit("except Exception as error:")
    g.emit("    note(type(error).__name__, (str(error), str(error.__cause__)))")


_SUPERS = (
    "[super().READ for each in SOURCE]",
    "{super().READ for each in SOURCE}",
    "{each: super().READ for each in SOURCE}",
    "list(super().READ for each in SOURCE)",
    "[[super().READ for each in SOURCE] for other in SOURCE]",
    "list([super().READ for each in SOURCE] for other in SOURCE)",
    "[super().READ for self in (self, 1)]",
    "(lambda *args: super().READ)(self)",
    "(lambda this: super().READ)(self)",
    "(lambda: super().READ)()",
)


def super_inside(g: Grower, names: tuple[str, ...]) -> None:
    """``super()`` in a comprehension or lambda of a method."""
    read = f"{g.pick(names)}()" if names and g.maybe(0.7) else "missing"
    text = g.pick(_SUPERS).replace("READ", read).replace("SOURCE", g.pick(("range(2)", "'ab'", "(1, 2)")))
    g.emit("try:")
    g.emit(f"    note('{g.fresh('')}', {text})")
    g.emit("except (TypeError, RuntimeError, AttributeError) as error:")
    g.emit("    note(type(error).__name__, str(error))")


_LOCALS = "sorted(key for key in locals() if key not in ('.0', '__class__'))"
_READ = (
    f"[{_LOCALS} for each in (1, 2)]",
    f"[{_LOCALS} for each in (1, 2) if each]",
    f"[[{_LOCALS} for other in (3,)] for each in (1,)]",
    f"list({_LOCALS} for each in (1,))",
    "[locals()['each'] for each in (1, 2)]",
    "[eval('each + 1') for each in (1, 2)]",
    "[sorted(dir())[-1] for each in (1,)]",
)


@statement(2)
def locals_inside(g: Grower) -> None:
    """``locals()`` and its like in a comprehension of a function; ``each`` and ``other`` are captured by nobody."""
    if g.scope.kind == "function":
        g.emit(f"note('{g.fresh('')}', {g.pick(_READ)})")
