"""Simple statements, branches, loops and imports."""

from __future__ import annotations

from .grower import HOLES, Grower, hole, simple, statement
from .scopes import KIND_OF, Kind

simple("""
16 | <=int> = <int>
5 | <=str> = <str>
6 | <=list> = <list>
3 | <=tuple> = <tuple>
3 | <=dict> = <dict>
2 | <=set> = <set>
5 | <=loud> = <loud>
4 | <=any> = <any>
2 | <=int> = <=int> = <int>
1 | <=list> = <=any> = <list>
2 | <=int>, <=int> = <int>, <int>
1 | <=int>, *<=list> = <tuple>
1 | *<=list>, <=int> = <list>
1 | [<=int>, (<=str>, *<=list>)] = <int>, ('s', <int>, <int>)
1 | <=int>, <=int>, <=int> = <list>
1 | (<=int>), = <list>
4 | note('<mark>', <any>)
3 | note('<mark>', <int>)
2 | note('<mark>', <test>)
2 | note('<mark>', (<loud>, <loud>))
1 | print(<any>, <str>, sep=<literal_str>, end='|')
1 | <any>
1 | pass
1 | 'a string'
1 | assert <test>, <str>
1 | assert <int> >= 0
1 | <var_loud>[<int>] = <int>
1 | <var_loud>[<slicing>] = <int>
1 | <var_loud>[note('<mark>', 1), <int>:<int>] = note('<mark>', 2)
1 | <loud>.depth = <int>
1 | <loud>[note('<mark>', 1)], <=int> = note('<mark>', (<int>, <int>))
1 | note('<mark>', <loud>)[note('<mark>', 1)] = note('<mark>', 2)
1 | note('<mark>', Point(1)).x, note('<mark>', [1])[0] = note('<mark>', (1, 2))
1 | for note('<mark>', <loud>)[note('<mark>', 1)] in (1, 2): note('<mark>')
1 | <var_list>[<slicing>] = <list>
1 | <var_list>[<small>] = <int>
1 | <var_list>.append(<int>)
1 | <var_dict>[<str>] = <int>
1 | del <var_list>[<small>]
1 | del <var_list>[<slicing>]
1 | del <var_dict>['a']
1 | del <loud>[note('<mark>', <int>)], <loud>.depth
1 | del (<loud>[1:2], [<loud>[0]])
3 | <aug_int> <augment>= <int>
1 | <aug_int> //= (<int> % 7 + 1)
1 | <aug_list> += <list>[:3]
1 | <aug_str> += <str>[:3]
1 | <aug_loud> <loudly>= <loud>
2 | <loud>[note('<mark>', <int>)] <loudly>= note('<mark>', <int>)
1 | <loud>.depth <loudly>= <int>
1 | note('<mark>', Point(<int>, [1])).x <augment>= note('<mark>', <int>)
1 | note('<mark>', [1, 2, 3])[note('<mark>', <small>)] <augment>= note('<mark>', <int>)
1 | <var_list>[<small>] <augment>= <int>
1 | note('<mark>', [1, 2, 3])[note('<mark>', 1):] += note('<mark>', [<int>])
1 | <aug_set> |= <set>
""")


@statement(3)
def annotated(g: Grower) -> None:
    if g.matches and g.scope.kind != "function":
        return  # CPython before 3.13 forgets to make __annotations__ when only a match block has some
    kind = g.pick(ANNOTATED)
    value = f" = {g.expression(kind)}" if g.maybe(0.8) else ""
    annotation = g.pick(("int", "'str | None'", "list[int]", f"note('{g.fresh('')}', str)"))
    name = g.bind(kind)
    if name in g.scope.declared:
        g.pending.clear()
        return
    if not value:
        g.pending.clear()
        g.scope.local[name] = None
    g.emit(f"{name}: {annotation}{value}")


ANNOTATED: tuple[Kind, ...] = ("int", "any", "str")


def _augmentable(kind: Kind) -> None:
    """A variable that ``op=`` can read and bind here: one of this scope that has a value."""

    def aug(g: Grower) -> str:
        scope = g.scope
        names = [name for name in (*scope.bound, *scope.declared) if KIND_OF.get(name) == kind]
        if names:
            return g.pick(names)
        name = g.bind(kind)
        if scope.kind != "class":
            g.emit(f"{name} = {HOLES[f'literal_{kind}'](g)}")
        return name

    aug.__name__ = f"aug_{kind}"
    hole(aug)


for _kind in KIND_OF.values():
    _augmentable(_kind)


@hole
def augment(g: Grower) -> str:
    return g.pick(("+", "-", "|", "^", "&", "+", "<<" if g.factor == 1 else "+", ">>", "%"))


@hole
def loudly(g: Grower) -> str:
    return g.pick(("+", "@", "-", "*", "**", "<<"))


@statement(3)
def delete_name(g: Grower) -> None:
    names = [name for name in g.scope.bound if name not in g.scope.declared]
    if not names or g.maybe(0.5):
        return
    name = g.pick(names)
    g.scope.unbind(name)
    g.emit(f"del {name}" if g.maybe(0.7) else f"del ({name},)")


@statement(9)
def branch(g: Grower) -> None:
    with g.indented(f"if {g.expression('test')}:"), g.branch():
        g.body(3)
    while g.maybe(0.25):
        with g.indented(f"elif {g.expression('test')}:"), g.branch():
            g.body(2)
    if g.maybe(0.5):
        with g.indented("else:"), g.branch():
            g.body(3)


@statement(7)
def for_loop(g: Grower) -> None:
    if not g.affordable(4):
        return
    source = g.expression("source")
    way = g.below(8)
    if way == 0:
        target, source = f"{g.bind('int')}, {g.bind('any')}", f"enumerate({source})"
    elif way == 1:
        target, source = f"({g.bind('int')}, *{g.bind('list')})", "[(1, 2), (3, 4, 5)]"
    elif way == 2:
        target, source = g.bind("int"), g.expression("loud")
    elif way == 3:
        target, source = f"{g.bind('int')},", "[(1,), [2]]"
    else:
        target = g.bind("int")
    if g.maybe(0.05):
        source = f"{g.expression('int')}, *{g.expression('list')}[:2]"
    with g.branch():
        with g.indented(f"for {target} in {source}:"), g.turns(4):
            g.body(3)
        loop_else(g)


@statement(4)
def while_loop(g: Grower) -> None:
    if not g.affordable(4):
        return
    counter = g.fresh("turn")
    g.emit(f"{counter} = {g.pick(('0', '1', '2'))}")
    test = g.pick(
        (f"{counter} < 3", f"({counter} := {counter} + 1) < 4", "True", f"{counter} < 3 and {g.expression('test')}")
    )
    with g.branch():
        if g.scope.kind == "class" and ":=" in test:
            test = f"{counter} < 3"
        with g.indented(f"while {test}:"), g.turns(4):
            if ":=" not in test:
                g.emit(f"{counter} += 1")
            if test == "True":
                g.emit(f"if {counter} > 2: {g.pick(('break', 'break', leave(g))).replace('continue', 'break')}")
            g.body(3)
        loop_else(g)


def loop_else(g: Grower) -> None:
    """Sometimes an ``else`` of a loop."""
    if g.maybe(0.35):
        with g.indented("else:"), g.branch():
            g.body(2)


def leave(g: Grower) -> str:
    """A statement that leaves the block, of those that are legal here."""
    ways = []
    if g.scope.in_loop:
        ways += ["break", "continue"]
    if g.scope.returns:
        ways.append("return" if g.scope.yields and g.scope.awaits else f"return {g.expression('int')}")
    return g.pick(ways) if ways else "pass"


@statement(6)
def leaving(g: Grower) -> None:
    text = leave(g)
    if text != "pass" and (g.level > 2 or g.maybe(0.3)):
        if g.maybe(0.7):
            g.emit(f"if {g.expression('test')}: {text}")
        else:
            g.emit(text)


@statement(2)
def imports(g: Grower) -> None:
    text = g.pick(_IMPORTS)
    name = g.fresh("mod")
    for line in text.replace("NAME", name).split("\n"):
        g.emit(line)


_IMPORTS = (
    "import math as NAME\nnote('import', NAME.floor(2.5))",
    "import math, itertools as NAME\nnote('import', list(NAME.islice(NAME.count(math.ceil(1.5)), 3)))",
    "from functools import reduce as NAME\nnote('import', NAME(lambda a, b: a * 2 + b, [1, 2, 3], 1))",
    "import collections.abc\nnote('import', isinstance([], collections.abc.Sequence))",
    "from itertools import chain, accumulate as NAME\nnote('import', list(NAME(chain([1], (2, 3)))))",
    "from operator import itemgetter as NAME\nnote('import', NAME(1)('ab'))",
    "from functools import partial as NAME\nnote('import', NAME(note, 'partial')(3))",
    "from collections import defaultdict as NAME, OrderedDict\nnote('import', NAME(list)[1])",
)
