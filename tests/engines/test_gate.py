"""One attribute gate: every way to an attribute meets the same walls.

Each path is a program with ``{name}`` for the attribute; it is run over names that lead out, and must end in a
refusal or, where the path takes names at run time and the guest could compute them, in one too. The same paths reach a
public attribute and one that guest code stored under a single underscore.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox.errors import PolicyViolation
from tests.engines.conftest import Bench

LEADING_OUT = ("__globals__", "__subclasses__", "__reduce_ex__", "gi_frame", "f_globals", "tb_frame")
HEAD = """
class Plain:
    kind = "plain"

    def __init__(self):
        self._own = "own"


def function():
    return 1


def generator():
    yield


plain, running, name = Plain(), generator(), {name!r}
targets = [function, running, Plain, plain, plain.__init__, [].append, len, 1, "s", ValueError("e"), type(plain)]
"""

# One program for each path: what reaches the attribute by the name, in turn for each target.
PATHS = {
    "read": "found = [target.NAME for target in targets]",
    "read in a function": "def f(target):\n    return target.NAME\nfound = [f(target) for target in targets]",
    "call": "found = [target.NAME() for target in targets]",
    "write": "for target in targets:\n    target.NAME = 1",
    "delete": "for target in targets:\n    del target.NAME",
    "augmented assignment": "for target in targets:\n    target.NAME += 1",
    "target of a loop": "for target in targets:\n    for target.NAME in [1]:\n        pass",
    "target of with": "import contextlib\nwith contextlib.nullcontext(1) as plain.NAME:\n    pass",
    "unpacking": "plain.NAME, other = 1, 2",
    "keyword pattern": "for target in targets:\n    match target:\n        case object(NAME=found):\n            pass",
    "match_args": "class M:\n    __match_args__ = (name,)\nmatch M():\n    case M(found):\n        pass",
    "getattr": "found = [getattr(target, name) for target in targets]",
    "getattr with a default": "found = [getattr(target, name, None) for target in targets]",
    "hasattr": "found = [hasattr(target, name) for target in targets]",
    "setattr": "for target in targets:\n    setattr(target, name, 1)",
    "delattr": "for target in targets:\n    delattr(target, name)",
    "getattr in map": "found = list(map(getattr, targets, [name] * len(targets)))",
    "getattr in partial": "import functools\nfound = functools.partial(getattr, function)(name)",
    "attrgetter": "import operator\nfound = [operator.attrgetter(name)(target) for target in targets]",
    "attrgetter of a path": "import operator\nfound = operator.attrgetter('kind.' + name)(plain)",
    "methodcaller": "import operator\nfound = [operator.methodcaller(name)(target) for target in targets]",
    "str.format": "found = ['{0.' + name + '}' for _ in [1]][0].format(function)",
    "str.format of the class": "found = str.format('{0.' + name + '}', function)",
    "str.format of a keyword": "found = ('{x.' + name + '}').format(x=function)",
    "str.format in a spec": "found = ('{0:{1.' + name + '}}').format(1, function)",
    "str.format through an item": "found = ('{0[0].' + name + '}').format([function])",
    "str.format_map": "found = ('{x.' + name + '}').format_map({'x': function})",
    "string.Formatter": "import string\nfound = string.Formatter().format('{0.' + name + '}', function)",
    "string.Formatter by field": "import string\nfound = string.Formatter().get_field('0.' + name, (function,), {})",
    "eval": "found = eval('function.' + name)",
    "exec": "exec('found = function.' + name)",
    "eval with names": "found = eval('f.' + name, {'f': function})",
    "sorted by attrgetter": "import operator\nfound = sorted(targets, key=operator.attrgetter(name))",
    "update_wrapper": "import functools\nfunctools.update_wrapper(Plain(), function, assigned=(name,))",
    "wraps": "import functools\nfound = functools.wraps(function, assigned=(name,))(Plain())",
    "singledispatchmethod": "import functools\nfound = functools.singledispatchmethod(function).NAME",
    "partial": "import functools\nfound = functools.partial(function).func.NAME",
    "cached_property": "import functools\nfound = functools.cached_property(function).func.NAME",
    "property": "found = property(function).fget.NAME",
    "staticmethod": "found = staticmethod(function).__func__.NAME",
    "bound method": "found = plain.__init__.__func__.NAME",
    "super": "class Sub(Plain):\n    def f(self):\n        return super().NAME\nfound = Sub().f()",
    "exception attributes": "try:\n    1 .nothing\nexcept AttributeError as error:\n    found = error.obj.NAME",
    "traceback": "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    found = error.__traceback__.NAME",
    "context of an error": "try:\n    1 / 0\nexcept Exception as error:\n    found = error.with_traceback(None).NAME",
    "dataclass replace": "import dataclasses\nfound = dataclasses.replace(plain, **{name: 1}).NAME",
    "vars": "found = vars(function)[name]",
    "class getitem": "found = list[int].NAME",
    "comprehension target": "found = [1 for plain.NAME in [1]]",
    "walrus and read": "found = (it := function).NAME",
    "lambda": "found = (lambda t: t.NAME)(function)",
    "decorator": "@function.NAME\ndef other():\n    pass",
    "default": "def other(x=function.NAME):\n    pass",
    "annotation": "x: function.NAME = 1",
    "base": "class Sub(function.NAME):\n    pass",
    "keyword of a class": "class Sub(metaclass=function.NAME):\n    pass",
    "f-string": "found = f'{function.NAME}'",
    "f-string spec": "found = f'{1:{function.NAME}}'",
    "subscript": "found = [1][function.NAME]",
    "slice": "found = [1][:function.NAME]",
    "await": "async def main():\n    await function.NAME\nimport asyncio\nasyncio.run(main())",
    "yield from": "def other():\n    yield from function.NAME\nfound = list(other())",
    "assert": "assert function.NAME",
    "raise": "raise function.NAME",
    "except": "try:\n    1 / 0\nexcept function.NAME:\n    pass",
    "guard": "match 1:\n    case 1 if function.NAME:\n        pass",
    "value pattern": "match 1:\n    case function.NAME:\n        pass",
    "class pattern": "match 1:\n    case function.NAME():\n        pass",
    "conditional": "found = 1 if function.NAME else 2",
    "star": "found = [*function.NAME]",
    "double star": "found = dict(**function.NAME)",
}
# Paths that never look at an attribute of that name: the error of CPython is the answer.
HARMLESS = {"vars", "dataclass replace", "update_wrapper", "wraps"}
BY_NAME = [(path, name) for path in PATHS for name in LEADING_OUT]
OPEN_PATHS = {
    "read": "plain.NAME",
    "call": "plain.NAME.upper()",
    "getattr": "getattr(plain, name)",
    "getattr in map": "list(map(getattr, [plain], [name]))[0]",
    "attrgetter": "operator.attrgetter(name)(plain)",
    "str.format": "('{0.' + name + '}').format(plain)",
    "str.format_map": "('{x.' + name + '}').format_map({'x': plain})",
    "string.Formatter": "string.Formatter().format('{0.' + name + '}', plain)",
    "f-string": "f'{plain.NAME}'",
    "eval": "eval('plain.' + name)",
    "vars": "{**vars(Plain), **vars(plain)}[name]",
}


def program(path: str, name: str) -> str:
    """The path's program for an attribute."""
    return HEAD.format(name=name) + PATHS[path].replace("NAME", name)


@pytest.mark.parametrize(("path", "name"), BY_NAME)
def test_path_meets_the_gate(path: str, name: str, bench: Callable[..., Bench]) -> None:
    outcome = bench().run(program(path, name))
    if path in HARMLESS and not isinstance(outcome.error, PolicyViolation):
        assert outcome.error is None or outcome.error.type in ("TypeError", "KeyError")
        return
    assert isinstance(outcome.error, PolicyViolation), outcome.error
    assert outcome.error.code in {"HC101", "HC102", "HC103", "HC105", "HC107", "HC109"}


@pytest.mark.parametrize("path", OPEN_PATHS)
@pytest.mark.parametrize(("name", "value"), [("kind", "plain"), ("_own", "own")])
def test_path_reaches_what_is_the_guests_own(path: str, name: str, value: str, bench: Callable[..., Bench]) -> None:
    code = "import operator, string\n" + HEAD.format(name=name) + OPEN_PATHS[path].replace("NAME", name)
    found = bench().value(code)
    assert found == (value.upper() if path == "call" else value)


@pytest.mark.parametrize("path", ["getattr", "hasattr", "setattr", "delattr", "attrgetter", "methodcaller"])
def test_path_takes_names_that_are_exactly_str(path: str, bench: Callable[..., Bench]) -> None:
    code = (
        HEAD.format(name="real")
        + "class Name(str):\n    pass\nname = Name(name)\n"
        + PATHS[path].replace("NAME", "real")
    )
    error = bench().run(code).error
    assert error is not None
    assert getattr(error, "code", "") == "HC109" or error.type == "TypeError"
