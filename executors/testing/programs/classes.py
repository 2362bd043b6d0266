"""Class definitions: bodies with their own scope, methods, ``super()``, properties, descriptors, slots, metaclasses.

Invariants: a class is used only after it is complete; what its members cost together bounds each use.
"""

from __future__ import annotations

from .functions import decorate, function_scope, grown, parameters
from .grower import Grower, hole, simple, statement
from .scopes import Built, Scope, Signature
from .special_methods import super_inside

_HEADS = ("", "()", "(Base)", "(Base, tag={int})", "(metaclass=Meta)", "(Base, **{{'tag': {int}}})", "(*[Base],)",
          "(metaclass=Meta, size={int})", "(Exception)", "(Loud)", "(dict)", "(Oops)")  # fmt: skip


@statement(8)
def class_definition(g: Grower) -> None:
    if g.left < 5 or g.level > 3:
        return
    decorate(g)
    built = Built(g.fresh("C"))
    known = [each for each in g.scope.known_classes() if g.affordable(each.cost)]
    base = g.pick(known) if known and g.maybe(0.45) else None
    head = f"({base.name})" if base else g.pick(_HEADS).format(int=g.expression("int"))
    scope = Scope("class", g.scope)
    before = g.factor, g.cost
    with g.indented(f"class {built.name}{head}:"):
        outer, g.scope = g.scope, scope
        g.cost = 1
        _members(g, built, base, head)
        g.scope = outer
    built.cost = g.cost + (base.cost if base else 0)
    g.factor, g.cost = before
    g.scope.classes.append(built)
    _use(g, built, head)


def _members(g: Grower, built: Built, base: Built | None, head: str) -> None:
    if g.maybe(0.1):
        g.emit("'''doc'''")
    data = []
    if g.maybe(0.6):
        name = g.bind("int")
        data.append(name)
        g.emit(f"{name} = {g.expression('int')}")
    if g.maybe(0.15) and head in ("", "()"):
        g.emit(g.pick(("__slots__ = ('one', 'two')", "__slots__ = 'one', '__dict__'")))
    if g.maybe(0.15):
        g.emit("field = Slot()")
        data.append("field")
    if g.maybe(0.1):
        g.emit("entry: int")
        g.emit(f"other: {g.pick(('str', repr('str')))} = {g.expression('str')}")
    if g.maybe(0.25):
        g.body(2)
    if g.maybe(0.12):
        g.emit(f"secret = [n * {g.pick(('2', '3'))} for n in range(3)]")
        data.append("secret")
    methods = []
    for _ in range(1 + g.below(3)):
        grow = g.pick(_MEMBERS)
        name = grow(g, built, base)
        if name:
            methods.append(name)
    built.methods, built.data = tuple(methods), tuple(data)


def _method(g: Grower, built: Built, base: Built | None) -> str:
    name = g.pick(("work", "help", "go", *(base.methods if base else ())))
    signature, text = parameters(g, name)
    scope = function_scope(g, signature)
    with _quiet(g, signature, f"def {name}(self{', ' if text else ''}{text}):", scope):
        if g.maybe(0.3):
            g.emit(f"self._hidden = {g.expression('int')}")
            g.emit(f"note('{g.fresh('')}', self._hidden)")
        if g.maybe(0.2):
            g.emit(f"self.__own = {g.expression('int')}")
            g.emit(f"note('{g.fresh('')}', self.__own)")
        if base and name in base.methods and g.maybe(0.8):
            g.emit(f"note('{g.fresh('')}', {g.pick(('super()', f'super({built.name}, self)'))}.{name}())")
        if g.maybe(0.4):
            super_inside(g, base.methods if base else ())
        g.body(2)
        if g.maybe(0.2):
            g.emit(f"note('{g.fresh('')}', __class__.__name__)")
        g.emit(f"return {g.expression('int')}")
    return name


def _quiet(g: Grower, signature: Signature, header: str, scope: Scope) -> grown:
    """A function that is no name of its own: a method."""
    block = grown(g, signature, header, scope)
    block.known = False
    return block


def _property(g: Grower, built: Built, base: Built | None) -> str:
    name = g.fresh("prop")
    g.emit("@property")
    g.emit(f"def {name}(self): return note('{name}', {g.expression('int')})")
    if g.maybe(0.6):
        g.emit(f"@{name}.setter")
        g.emit(f"def {name}(self, value): note('{name}=', value)")
    if g.maybe(0.3):
        g.emit(f"@{name}.deleter")
        g.emit(f"def {name}(self): note('{name} del')")
    built.data += (name,)
    return ""


def _static(g: Grower, built: Built, base: Built | None) -> str:
    name = g.fresh("make")
    if g.maybe(0.5):
        g.emit("@staticmethod")
        g.emit(f"def {name}(n=1, *xs): return note('{name}', (n, xs)) and n")
    else:
        g.emit("@classmethod")
        g.emit(f"def {name}(cls, n=1, *xs): return note('{name}', (cls.__name__, n, xs)) and n")
    return name


def _special(g: Grower, built: Built, base: Built | None) -> str:
    name = g.fresh("")
    body = g.pick(_SPECIALS).replace("NAME", name).replace("CLASS", built.name)
    for line in body.split("\n"):
        g.emit(line)
    return ""


def _nested(g: Grower, built: Built, base: Built | None) -> str:
    g.emit("class Inner:")
    g.emit(f"    size = {g.expression('int')}")
    g.emit("    def show(self): return __class__.__qualname__")
    g.emit(f"note('{g.fresh('')}', Inner().show())")
    return ""


_MEMBERS = (_method, _method, _method, _property, _static, _special, _nested)
_SPECIALS = (
    "def __getattr__(self, name):\n    return note('NAME', name)",
    "def __eq__(self, other):\n    return note('NAME', True)\n__hash__ = None",
    "def __lt__(self, other):\n    return note('NAME', False)",
    "def __add__(self, other):\n    return note('NAME', NotImplemented)",
    "def __radd__(self, other):\n    return note('NAME', 5)",
    "def __iter__(self):\n    yield from (1, 2)",
    "def __contains__(self, item):\n    return note('NAME', item)",
    "def __call__(self, *args, **kwargs):\n    return note('NAME', (args, kwargs))",
    "def __init__(self, one=1, *rest):\n    self.one = note('NAME', one)",
    "def __init__(self, *args):\n    super().__init__()\n    self.one = args",
    "def __enter__(self):\n    return note('NAME', 1)\ndef __exit__(self, *error):\n    return note('NAME', True)",
    "def __bool__(self):\n    return note('NAME', False)",
    "def __len__(self):\n    return note('NAME', 0)",
    "def __init_subclass__(cls, **options):\n    super().__init_subclass__()\n    note('NAME', cls.__name__)",
    "def __class_getitem__(cls, item):\n    return note('NAME', item)",
    "def __new__(cls, *args):\n    note('NAME', args)\n    return super().__new__(cls)",
    "def __setattr__(self, name, value):\n    note('NAME', name)\n    super().__setattr__(name, value)",
    "def __index__(self):\n    return note('NAME', 1)",
    "def __getitem__(self, key):\n    return note('NAME', key)",
    "def __matmul__(self, other):\n    return note('NAME', other)",
    "def __str__(self):\n    return 'str of CLASS'",
    "def __format__(self, spec):\n    return 'format ' + spec",
    "def __instancecheck__(self, other):\n    return note('NAME', True)",
)


def _use(g: Grower, built: Built, head: str) -> None:
    if not g.affordable(built.cost):
        return
    thing = g.fresh("thing")
    g.emit(f"{thing} = {built.name}({g.pick(('', '', '1')) if head not in ('(Loud)', '(dict)') else ''})"
           if head != "(Loud)" else f"{thing} = {built.name}('sub', 1)")  # fmt: skip
    for _ in range(1 + g.below(3)):
        if not g.affordable(built.cost):
            break
        g.cost += g.factor * built.cost
        mark = g.fresh("")
        way = g.below(8)
        if way < 3 and built.methods:
            g.emit(f"note('{mark}', {thing}.{g.pick(built.methods)}({g.pick(('', '', '1', '1, 2', 'b=3'))}))")
        elif way == 3 and built.data:
            g.emit(f"note('{mark}', {thing}.{g.pick(built.data)})")
        elif way == 4 and built.data:
            g.emit(f"{thing}.{g.pick(built.data)} {g.pick(('=', '+=', '='))} note('{mark}', {g.expression('int')})")
        elif way == 5 and built.data:
            g.emit(f"del {thing}.{g.pick(built.data)}")
        elif way == 6:
            g.emit(f"note('{mark}', ({built.name}.__name__, {built.name}.__doc__, [b.__name__ for b in "
                   f"{built.name}.__mro__]))")  # fmt: skip
        else:
            g.emit(f"note('{mark}', {g.pick(_TOUCHES).format(thing=thing, int=g.expression('int'))})")


_TOUCHES = (
    "{thing} == {int}", "[*{thing}]", "{int} in {thing}", "{thing}({int}, key=1)", "{thing}.missing", "{thing} + {int}",
    "bool({thing})", "len({thing})", "{int} + {thing}", "str({thing})[:9]", "isinstance({thing}, type({thing}))",
    "{thing}[{int}]", "type({thing})[{int}]", "{thing} @ {int}", "f'{{{thing}:>3}}'[:9]", "{thing} < {int}",
    "hasattr({thing}, 'one')", "getattr({thing}, 'two', {int})", "callable({thing})", "[1, 2][{thing}]",
)  # fmt: skip


@hole
def member(g: Grower) -> str:
    """A method called on a fresh instance."""
    known = [each for each in g.scope.known_classes() if each.methods and g.affordable(each.cost)]
    if not known:
        return g.expression("int")
    built = g.pick(known)
    g.cost += g.factor * built.cost
    return f"{built.name}().{g.pick(built.methods)}({g.pick(('', '', g.expression('int')))})"


simple("""
1 | note('<mark>', getattr(Point(<int>), 'x', <int>))
1 | note('<mark>', vars(Point(<int>, <any>)))
""")
