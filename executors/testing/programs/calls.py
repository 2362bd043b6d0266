"""Calls of the program's functions and of lambdas: mostly right, sometimes with a missing or surplus argument.

Invariants: a call is grown only where its cost is affordable.
"""

from __future__ import annotations

from .grower import Grower, hole
from .scopes import Scope, Signature


@hole
def call(g: Grower) -> str:
    """A call of a plain function, whose value is an int most of the time."""
    found = function_of(g, "plain")
    return arguments(g, found) if found else g.expression("int")


def function_of(g: Grower, flavour: str) -> Signature | None:
    """A function of this flavour that can be called here."""
    known = [each for each in g.scope.known_functions() if each.flavour == flavour and g.affordable(each.cost)]
    if not known:
        return None
    found = g.pick(known)
    g.cost += g.factor * found.cost
    return found


def arguments(g: Grower, function: Signature) -> str:
    """The text of a call."""
    required = len(function.names) - function.defaults
    given = required + g.below(function.defaults + 1)
    texts: list[str] = []
    by_keyword = function.positional_only + g.below(len(function.names) - function.positional_only + 1)
    for number, name in enumerate(function.names[:given]):
        value = g.expression("int")
        texts.append(f"{name}={value}" if number >= by_keyword else value)
    if function.varargs and given == len(function.names) and by_keyword >= given and g.maybe(0.6):
        texts.append(f"*{g.expression('list')}[:2]")
    first = function.keyword_defaults
    for number, name in enumerate(function.keyword_only):
        if number >= len(function.keyword_only) - first and g.maybe(0.5):
            continue
        texts.append(f"{name}={g.expression('int')}")
    if function.varkeywords and g.maybe(0.5):
        texts.append(g.pick(("**{'other': 1}", "more=2", "**{'o1': 1, 'o2': 2}")))
    if g.maybe(0.03):
        spoil = g.below(3)
        if spoil == 0 and texts:
            texts.pop()
        elif spoil == 1:
            texts.append("unknown=1")
        else:
            texts.insert(0, "0")
    elif len(texts) == 1 and given == 1 and "=" not in texts[0] and g.maybe(0.1):
        texts = [f"*[{texts[0]}]"]
    positional = [text for text in texts if not _is_keyword(text)]
    named = [text for text in texts if _is_keyword(text)]
    return f"{function.name}({', '.join(positional + named)})"


def _is_keyword(text: str) -> bool:
    head = text.partition("=")[0]
    return text.startswith("**") or (head.isidentifier() and len(head) < len(text))


@hole
def lambda_call(g: Grower) -> str:
    """A lambda called on the spot."""
    first = g.expression("int")
    default = g.expression("int")
    way = g.below(4)
    scope = Scope("lambda", g.scope)
    with g.inside(scope):
        if way == 3:
            scope.bind("xs")
            scope.bind("d")
            body = g.expression("int")
            return f"(lambda *xs, **d: {body})({first}, {default}, a=1)"
        scope.bind("a")
        scope.bind("b")
        body = g.expression("int")
    if way == 0:
        return f"(lambda a, b={default}: {body})({first})"
    if way == 1:
        return f"(lambda a, /, *, b={default}: {body})({first}, b=2)"
    return f"(lambda a, b: {body})(b={first}, a={default})"
