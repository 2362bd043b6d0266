"""Rows of expressions by kind. Sizes stay small: products are taken modulo, strings and lists are cut.

Invariants: every row is an atom for the row around it (parentheses included).
"""

from __future__ import annotations

from .grower import Grower, hole, rows
from .scopes import Kind

_LITERALS: dict[Kind, tuple[str, ...]] = {
    "int": ("0", "1", "2", "3", "5", "7", "11", "True", "0x1f", "1_000", "-1"),
    "str": ("''", "'a'", "'bc'", "'key'", "'héé'", "'A b'", "'x' 'y'", "'{}'"),
    "list": ("[]", "[1, 2, 3]", "[5]", "[2, 0]", "[1, 1, 4, 6]", "list(range(3))"),
    "tuple": ("()", "(1,)", "(1, 2)", "(3, 'c', None)", "(0, 5)"),
    "dict": ("{}", "{'a': 1}", "{'a': 1, 'key': 2}", "{1: 'a', 2: 'b'}", "dict(a=3, bc=4)"),
    "set": ("set()", "{1, 2}", "{3}", "frozenset((1, 5))"),
    "loud": ("Loud('o', 1)", "Loud('e', 2)", "Loud('n', 3)", "Loud('z', 0)"),
    "any": ("None", "1.5", "2j", "b'by'", "...", "False", "1e3", "float('inf')"),
}


FAILURES = ("(1 // 0)", "[][1]", "{}['none']", "(1 + 'a')", "None.none", "int('x')", "missing", "(lambda: 0)(1)")
"""Expressions that fail."""


def _leaf(kind: Kind) -> None:
    def variable_or_literal(g: Grower) -> str:
        name = g.name(kind) if g.random() < 0.7 else ""
        return name or g.pick(_LITERALS[kind])

    def literal(g: Grower) -> str:
        return g.pick(_LITERALS[kind])

    def variable(g: Grower) -> str:
        return g.name(kind) or variable_or_literal(g)

    for prefix, function in (("leaf", variable_or_literal), ("literal", literal), ("var", variable)):
        function.__name__ = f"{prefix}_{kind}"
        hole(function)
    rows(kind, f"8 | <leaf_{kind}>\n1 | note('<mark>', <leaf_{kind}>)", "")


for _kind in _LITERALS:
    _leaf(_kind)


@hole
def mark(g: Grower) -> str:
    return g.fresh("")


@hole
def small(g: Grower) -> str:
    return g.pick(("0", "1", "2", "3"))


@hole
def bound(g: Grower) -> str:
    """A slice bound, which may be missing."""
    return g.pick(("", "", "0", "1", "-1", "2", "<int>")).replace("<int>", g.expression("int") if g.depth < 3 else "1")


@hole
def slicing(g: Grower) -> str:
    text = f"{bound(g)}:{bound(g)}"
    return text + g.pick(("", "", ":", ":2", ":-1", ":None"))


@hole
def arithmetic(g: Grower) -> str:
    return g.pick(("+", "-", "+", "-", "&", "|", "^", "//", "%", "/"))


@hole
def operation(g: Grower) -> str:
    """An operator that ``Loud`` answers."""
    return g.pick(("+", "-", "*", "@", "&", "|", "+", "**", "<<"))


@hole
def order(g: Grower) -> str:
    return g.pick(("<", "<=", ">", ">=", "==", "!="))


@hole
def identity(g: Grower) -> str:
    return g.pick(("is", "is not"))


@hole
def membership(g: Grower) -> str:
    return g.pick(("in", "not in"))


@hole
def unary(g: Grower) -> str:
    return g.pick(("-", "+", "~"))


@hole
def junction(g: Grower) -> str:
    return g.pick(("and", "or"))


@hole
def raiser(g: Grower) -> str:
    """An expression that fails, most of the time."""
    return g.pick(
        ("(1 // 0)", "[][1]", "{}['none']", "(1 + 'a')", "None.none", "int('x')", "missing", "(lambda: 0)(1)")
    )


@hole
def walrus(g: Grower) -> str:
    """``(name := value)`` where the grammar allows it, else just the value."""
    kind: Kind = "int"
    value = g.expression("int")
    scope = g.scope
    taken = set(g.pending)
    while scope.kind == "comprehension" and scope.parent is not None:
        taken.update(scope.local)
        scope = scope.parent
        if scope.kind == "class":
            return value
    names = [name for name in scope.bindable(kind) if name not in taken]
    if g.plain or not names or scope.kind == "class":
        return value
    name = g.pick(names)
    if name not in scope.declared:
        scope.local[name] = None
    return f"({name} := {value})"


rows(
    "int",
    "3 | <small>",
    """
    5 | (<int> <arithmetic> <int>)
    2 | ((<int> * <int>) % 1009)
    1 | (<int> ** <small>)
    1 | (<int> << <small>)
    1 | (<int> >> <small>)
    3 | (<unary><int>)
    2 | len(<sized>)
    2 | <list>[<small>]
    1 | <list>[<int>]
    1 | <tuple>[<small>]
    1 | <dict>['a']
    2 | <dict>.get(<str>, <int>)
    2 | (<int> if <test> else <int>)
    3 | <walrus>
    4 | note('<mark>', <int>)
    1 | (<test> + 1)
    1 | sum(<list>)
    1 | max(<int>, <int>, key=<key>)
    1 | min([<int>, <int>], default=<int>)
    1 | sum(<genexp>)
    2 | (<int> <junction> <int>)
    1 | <loud>.size
    1 | <loud>.depth
    1 | Point(<int>, <int>).x
    1 | int(<str> <junction> '3')
    1 | abs(<int>)
    1 | divmod(<int>, 7)[<small>]
    2 | <lambda_call>
    3 | <call>
    3 | <member>
    1 | <raiser>
    4 | <suspending>
    """,
)
rows(
    "str",
    "",
    """
    3 | (<str> + <str>)[:12]
    1 | (<str> * <small>)[:9]
    6 | <fstring>
    2 | str(<any>)
    1 | repr(<any>)
    1 | <str>.upper()
    1 | <str>.replace(<str>, <str>)[:12]
    1 | ','.join(map(str, <list>))
    1 | <str>[<slicing>]
    1 | <str>[<small>]
    1 | ('%s-%r' % (<int>, <str>))
    1 | '{} {x!r:>4}'.format(<int>, x=<int>)
    1 | (<str> if <test> else <str>)
    1 | (<str> <junction> <str>)
    1 | type(<any>).__name__
    1 | note('<mark>', <str>)
    """,
)
rows(
    "list",
    "",
    """
    2 | [<int>, <int>]
    2 | [*<list>, <int>]
    1 | [<int>, *<tuple>, *<str>]
    1 | [note('<mark>', 1), note('<mark>', 2), <int>]
    3 | <listcomp>
    1 | list(<genexp>)
    1 | <list>[<slicing>]
    1 | (<list> + <list>)[:6]
    1 | (<list> * <small>)[:6]
    1 | sorted(<list>, key=<key>, reverse=<test>)
    1 | list(map(<key>, <list>))
    1 | [<int>, <list>][1]
    1 | list(<dict>)
    1 | list(<loud>)
    1 | note('<mark>', <list>)
    1 | (<list> if <test> else [<int>])
    """,
)
rows(
    "tuple",
    "",
    """
    2 | (<int>, <str>)
    2 | (*<list>, <int>)
    1 | (<int>, *<tuple>)
    1 | tuple(<genexp>)
    1 | (<tuple> + <tuple>)[:5]
    1 | <tuple>[<slicing>]
    1 | tuple(sorted(<dict>.items(), key=repr))
    1 | (note('<mark>', 1), note('<mark>', 2))
    """,
)
rows(
    "dict",
    "",
    """
    2 | {<str>: <int>, 'a': <int>}
    1 | {**<dict>, <str>: <int>}
    1 | {note('<mark>', 'a'): note('<mark>', 1), <str>: <int>, **<dict>}
    2 | <dictcomp>
    1 | (<dict> | <dict>)
    1 | dict(zip(<str>, <list>))
    1 | dict(a=<int>, **{'z': <int>})
    """,
)
rows(
    "set",
    "",
    """
    2 | {<int>, <int>}
    1 | {*<list>, <int>}
    1 | {note('<mark>', 1), note('<mark>', 2)}
    2 | <setcomp>
    1 | (<set> | <set>)
    1 | (<set> & {<int>})
    """,
)
rows(
    "loud",
    "2 | Loud(<literal_str>, <int>)",
    """
    4 | (<loud> <operation> <loud>)
    1 | (<loud> <operation> <int>)
    1 | (<int> <operation> <loud>)
    2 | (<unary><loud>)
    2 | (<loud> <order> <loud>)
    2 | (<loud> <order> <loud> <order> <loud>)
    3 | (<loud> <junction> <loud>)
    2 | (<loud> <junction> <loud> <junction> <loud>)
    1 | (<loud> if <test> else <loud>)
    1 | <loud>(<int>, *<list>, key=<int>)
    """,
)
rows(
    "any",
    "",
    """
    2 | <int>
    1 | <str>
    1 | <list>
    1 | <tuple>
    1 | <dict>
    1 | <test>
    1 | <loud>
    1 | Point(<any>, <int>)
    1 | <loud>[<int>]
    1 | <loud>[<slicing>, <int>]
    """,
)
rows(
    "test",
    "2 | True\n2 | False\n2 | <leaf_int>\n2 | <leaf_loud>\n1 | <leaf_list>",
    """
    3 | (<int> <order> <int>)
    2 | (<int> <order> <int> <order> <int>)
    1 | (note('<mark>', <int>) <order> note('<mark>', <int>) <order> note('<mark>', <int>))
    2 | (not <test>)
    3 | (<test> <junction> <test>)
    1 | (<test> <junction> <test> <junction> <test>)
    1 | ((<test> and <test>) or <test>)
    1 | (<any> <identity> None)
    1 | (<var_loud> <identity> <var_loud>)
    1 | (<int> <membership> <list>)
    1 | (<str> <membership> <dict>)
    1 | (<int> <membership> <loud>)
    1 | (<int> <order> <int> <membership> <list>)
    2 | <loud>
    1 | (<loud> <order> <loud> <order> <loud>)
    1 | (<test> if <test> else <test>)
    1 | isinstance(<any>, (int, str))
    1 | bool(<any>)
    1 | any(<genexp>)
    """,
)
rows("sized", "1 | <leaf_list>", "1 | <list>\n1 | <str>\n1 | <dict>\n1 | <tuple>\n1 | <set>\n1 | <loud>")
rows("key", "1 | abs\n1 | (lambda n: -n)", "1 | (lambda n, k=<int>: n % 3 + k)\n1 | (lambda n: note('<mark>', n))")
