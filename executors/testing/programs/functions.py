"""Function definitions: every kind of parameter, defaults, annotations, decorators, closures, ``global``, ``nonlocal``.

Invariants: a function is known only after it is complete, so calls never recurse without end; its cost is the
number of statements that one call can run.
"""

from __future__ import annotations

from typing import Literal

from .calls import arguments, function_of
from .generics import parameters_of_types
from .grower import Grower, hole, statement
from .scopes import KIND_OF, Scope, Signature

_PARAMETERS = ("a", "b", "c", "i", "j", "k", "n")


@statement(9)
def definition(g: Grower) -> None:
    if g.left < 4 or g.level > 4:
        return
    decorate(g)
    signature, text = parameters(g, g.fresh("f"))
    returns = g.pick(("", "", "", " -> int", " -> note('<>', None)".replace("<>", g.fresh("")), " -> 'later'"))
    generic = parameters_of_types(g)
    scope = function_scope(g, signature)
    with grown(g, signature, f"def {signature.name}{generic}({text}){returns}:", scope):
        if g.maybe(0.1):
            g.emit("'''doc'''")
        signature.touched = declare(g, scope)
        g.body(5)
        if g.maybe(0.85):
            g.emit(f"return {g.expression('int')}")
    if g.maybe(0.7):
        use(g, signature)


@statement(2)
def recursion(g: Grower) -> None:
    name, other = g.fresh("rec"), g.expression("int")
    with g.indented(f"def {name}(n, step={other}):"):
        g.emit(f"note('{name}', n)")
        g.emit(f"return n if n <= 0 else {name}(n - 1) + {g.pick(('1', 'n', 'step', '(n and step)'))}")
    g.emit(f"note('{name}', {name}({g.pick('2345')}))")


@statement(3)
def closures(g: Grower) -> None:
    """Functions made in a loop, which see the last value; or the one bound as a default."""
    name = g.bind("list")
    way = g.pick(("lambda: i", "lambda i=i: i", "lambda k: i + k", "lambda *, k=i: (i, k)"))
    g.emit(f"{name} = [{way} for i in range(3)]")
    argument = "1" if "k:" in way else ""
    g.emit(f"{name} = [each({argument}) for each in {name}]")
    g.emit(f"{name} = [each if isinstance(each, int) else sum(each) for each in {name}]")


def decorate(g: Grower) -> None:
    """Sometimes decorators."""
    while g.maybe(0.18):
        label = g.fresh("")
        g.emit(g.pick((f"@later('{label}')", f"@later('{label}')", f"@(lambda thing: note('{label}') or thing)")))


def parameters(g: Grower, name: str) -> tuple[Signature, str]:
    """A signature and its text; defaults are grown in the scope around."""
    signature = Signature(name)
    count = g.below(4)
    names = list(_PARAMETERS[:count]) if g.maybe(0.7) else [g.fresh("arg") for _ in range(count)]
    signature.names = tuple(names)
    signature.positional_only = g.below(count + 1) if g.maybe(0.25) else 0
    signature.defaults = g.below(count + 1) if g.maybe(0.5) else 0
    texts = []
    for number, each in enumerate(names):
        annotation = g.pick(("", "", "", ": int", ": 'any'", ": note('an', 1)"))
        default = "" if number < count - signature.defaults else f"={g.expression(g.pick(('int', 'int', 'literal')))}"
        texts.append(f"{each}{annotation}{default}")
        if number == signature.positional_only - 1:
            texts.append("/")
    signature.varargs = g.maybe(0.25)
    if signature.varargs:
        texts.append("*xs")
    if g.maybe(0.3):
        signature.keyword_only = ("key",) if g.maybe(0.5) else ("key", "other")
        signature.keyword_defaults = g.below(len(signature.keyword_only) + 1)
        if not signature.varargs:
            texts.append("*")
        bare = len(signature.keyword_only) - signature.keyword_defaults
        texts += [
            each if number < bare else f"{each}={g.expression('int')}"
            for number, each in enumerate(signature.keyword_only)
        ]
    signature.varkeywords = g.maybe(0.2)
    if signature.varkeywords:
        texts.append("**d")
    return signature, ", ".join(texts)


@hole
def literal(g: Grower) -> str:
    return g.pick(("1", "2", "3"))


def function_scope(g: Grower, signature: Signature) -> Scope:
    """The scope of a function with its parameters bound."""
    scope = Scope("function", g.scope)
    for name in signature.names:
        if name in KIND_OF:
            scope.bind(name)
    if signature.varargs:
        scope.local["xs"] = None
    if signature.varkeywords:
        scope.bind("d")
    return scope


def suspending_function(
    g: Grower,
    word: str,
    flavour: Literal["generator", "coroutine", "async generator"],
    *,
    awaits: bool = False,
    yields: bool = False,
) -> tuple[Signature, grown]:
    """A new function of this flavour: its signature, and the context that writes its header around its body."""
    signature, text = parameters(g, g.fresh(word))
    signature.flavour = flavour
    scope = function_scope(g, signature)
    scope.awaits, scope.yields = awaits, yields
    definition = "async def" if awaits else "def"
    return signature, grown(g, signature, f"{definition} {signature.name}({text}):", scope)


class grown:
    """Context manager: a function's header, then its body in its own scope; the function is known afterwards."""

    def __init__(self, g: Grower, signature: Signature, header: str, scope: Scope) -> None:
        self.g = g
        self.signature = signature
        self.header = header
        self.scope = scope
        self.known = True

    def __enter__(self) -> None:
        g = self.g
        self.block = g.indented(self.header)
        self.block.__enter__()
        self.before = (g.factor, g.cost)
        g.factor, g.cost = 1, 1
        self.within = g.inside(self.scope)
        self.within.__enter__()
        self.start = len(g.lines)

    def __exit__(self, *error: object) -> None:
        g = self.g
        if len(g.lines) == self.start:
            g.emit("pass")
        self.within.__exit__(None, None, None)
        self.signature.cost = g.cost
        g.factor, g.cost = self.before
        self.block.__exit__(None, None, None)
        if self.known:
            g.scope.functions.append(self.signature)


def declare(g: Grower, scope: Scope) -> tuple[str, ...]:
    """Sometimes ``nonlocal`` or ``global`` names, which are bound at once; these names."""
    declared = []
    if g.maybe(0.25):
        around = scope.parent
        while around is not None and around.kind != "function":
            around = around.parent
        if around is not None:
            declared += _declared(g, scope, "nonlocal", [n for n in around.local if n not in around.declared])
    if g.maybe(0.12):
        root = scope
        while root.parent is not None:
            root = root.parent
        declared += _declared(g, scope, "global", list(root.bound))
    return tuple(declared)


def _declared(g: Grower, scope: Scope, word: str, names: list[str]) -> list[str]:
    names = [name for name in names if name not in scope.local and name not in scope.declared]
    if not names:
        return []
    name = g.pick(names)
    scope.declared[name] = None
    g.emit(f"{word} {name}")
    if g.maybe(0.7):
        g.emit(f"{name} = {g.expression(KIND_OF[name])}")
    return [name]


def use(g: Grower, signature: Signature) -> None:
    """A statement that calls the function, where that is affordable, and a look at what it bound."""
    if g.affordable(signature.cost):
        g.cost += g.factor * signature.cost
        g.emit(f"note({g.fresh('')!r}, {arguments(g, signature)})")
        for name in signature.touched:
            g.emit(f"note({g.fresh('')!r}, {name})")


@hole
def plain_call(g: Grower) -> str:
    found = function_of(g, "plain")
    return arguments(g, found) if found else "0"
