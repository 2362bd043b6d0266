"""What rewritten bytecode calls: gates, prices, blocks. One table for each engine, kept among its builtins.

Invariants: the names of hooks begin with a dot, so that no source, keyword or attribute spells them; none of them
stays on in a guest's hands: they are called, asked or looked into, and what comes out is the guest's or reviewed.
"""

from __future__ import annotations

import builtins
import functools
import itertools
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from ..draws import ENDLESS
from ..engine import Stop
from ..interpreter.handlers import star_types
from ..prices import TEXTS
from .cases import Case
from .managers import AsyncManaged, Managed

if TYPE_CHECKING:
    from ..guards import Guards
    from .runtime import NativeRuntime

NAMES: tuple[str, ...] = tuple(
    f".{name}"
    for name in """tick ticks compress stops again Stop type super direct open load private special guard
    own Gate Item times square float str repr ascii power shift modulo itimes ipower ishift imodulo
    texts Priced format keywords spread searched delegated read endless managed amanaged import
    import_as import_from globals locals variables sorted evaluate star_types Case patterns""".split()
)
"""All hooks."""


class _Gates:
    """The classes of stand-ins for one engine: what is read of them, or stored on them, goes through its gate."""

    def __init__(self, runtime: NativeRuntime) -> None:
        guards, prices = runtime.guards, runtime.prices

        class Gate:
            __slots__ = ("_owner",)

            def __init__(self, owner: Any) -> None:
                hold(self, owner)

            def __getattribute__(self, name: str) -> Any:
                owner = held(self)
                try:
                    return guards.getattr(owner, name)
                except AttributeError as error:
                    if error.name is None and error.obj is None:
                        error.name, error.obj = name, owner
                    raise

            def __setattr__(self, name: str, value: Any) -> None:
                guards.setattr(held(self), name, value)

            def __delattr__(self, name: str) -> None:
                guards.delattr(held(self), name)

        hold: Any = Gate.__dict__["_owner"].__set__
        held: Any = Gate.__dict__["_owner"].__get__

        class PricedGate:
            """The same for ``owner.name op= value`` where the operator has a price."""

            __slots__ = ("_owner",)

            def __init__(self, owner: Any) -> None:
                hold_priced(self, owner)

            def __getattribute__(self, name: str) -> Any:
                return Left(guards.getattr(held_priced(self), name))

            def __setattr__(self, name: str, value: Any) -> None:
                guards.setattr(held_priced(self), name, value)

        hold_priced: Any = PricedGate.__dict__["_owner"].__set__
        held_priced: Any = PricedGate.__dict__["_owner"].__get__

        class Left:
            """The left operand of a priced operator that works in place."""

            __slots__ = ("_value",)

            def __init__(self, value: Any) -> None:
                self._value = value

            def __imul__(self, other: Any) -> Any:
                return prices.times_inplace(self._value, other)

            def __ipow__(self, other: Any) -> Any:
                return prices.power_inplace(self._value, other)

            def __ilshift__(self, other: Any) -> Any:
                return prices.shift_inplace(self._value, other)

            def __imod__(self, other: Any) -> Any:
                return prices.modulo_inplace(self._value, other)

        class Item:
            """``owner[index]`` as the target of a priced operator."""

            __slots__ = ("_index", "_owner")

            def __init__(self, owner: Any, index: Any) -> None:
                self._owner = owner
                self._index = index

            @property
            def item(self) -> Any:
                return Left(self._owner[self._index])

            @item.setter
            def item(self, value: Any) -> None:
                self._owner[self._index] = value

        self.Gate: Any = Gate
        self.PricedGate: Any = PricedGate
        self.Item: Any = Item


class PlainClasses(dict[type, bool]):
    """By class, whether it is the guest's own, and so is all that it derives from but ``object`` and the language's
    exceptions: no function of a library is found in it, so that its attributes need no look.
    """

    def __init__(self, guards: Guards) -> None:
        super().__init__()
        self._guards = guards

    def __missing__(self, cls: type) -> bool:
        own = self._guards.classes
        found = cls in own and all(each in own or each in _WITHOUT_FUNCTIONS for each in _type_mro(cls))
        if cls in own:
            self[cls] = found
        return found


_type_mro = type.__dict__["__mro__"].__get__
_type_name = type.__dict__["__name__"].__get__
_WITHOUT_FUNCTIONS = frozenset(
    cls
    for cls in vars(builtins).values()
    if cls is object or (isinstance(cls, type) and issubclass(cls, BaseException))
)


def table(runtime: NativeRuntime) -> dict[str, Any]:
    """The hooks of one engine by name."""
    guards, prices, draws, budget = runtime.guards, runtime.prices, runtime.draws, runtime.budget
    gates = _Gates(runtime)
    gate, direct, open_types = gates.Gate, guards.direct, guards.open_types

    plain = PlainClasses(guards)

    def guard(owner: Any) -> Any:
        return owner if type(owner) in direct or (type(owner) is type and plain[owner]) else gate(owner)

    def load(owner: Any, name: str) -> Any:
        return getattr(owner, name) if type(owner) is type and plain[owner] else load_gated(owner, name)

    load_gated = guards.load

    def stored(owner: Any, name: str) -> Any:
        return owner if type(owner) is type and plain[owner] and guards.stores.has_passed(owner, name) else gate(owner)

    def own(owner: Any) -> Any:
        return owner if type(owner) in open_types else gate(owner)

    def again() -> NoReturn:
        assert budget.stop is not None
        raise budget.stop

    def times(left: Any, right: Any) -> Any:
        return left * right if type(left) is float or type(left) is type(right) else prices.times(left, right)

    def power(left: Any, right: Any) -> Any:
        return left**right if type(left) is float or type(right) is float else prices.power(left, right)

    def modulo(left: Any, right: Any) -> Any:
        return left % right if type(left) not in texts else prices.modulo(left, right)

    texts = frozenset(TEXTS)
    made: dict[str, Any] = {
        "tick": budget.tick,
        "ticks": budget.ticks,
        "compress": itertools.compress,
        "stops": budget.stops,
        "again": again,
        "Stop": Stop,
        "type": type,
        "super": super,
        "direct": direct,
        "open": open_types,
        "load": load,
        "stored": stored,
        "private": guards.load_private,
        "special": guards.load_special,
        "guard": guard,
        "own": own,
        "Gate": gate,
        "Item": gates.Item,
        "times": times,
        "square": prices.times,
        "float": float,
        "str": str,
        "repr": repr,
        "ascii": ascii,
        "power": power,
        "shift": prices.shift,
        "modulo": modulo,
        "itimes": prices.times_inplace,
        "ipower": prices.power_inplace,
        "ishift": prices.shift_inplace,
        "imodulo": prices.modulo_inplace,
        "texts": texts,
        "Priced": gates.PricedGate,
        "format": prices.format,
        "keywords": _unpacker(runtime),
        "spread": draws.spread,
        "searched": draws.searched,
        "delegated": draws.delegated,
        "read": _reader(runtime),
        "endless": ENDLESS,
        "managed": Managed,
        "amanaged": AsyncManaged,
        "import": runtime.import_module,
        "import_as": runtime.import_as,
        "import_from": runtime.import_from,
        "globals": runtime.global_variables,
        "locals": locals,
        "variables": _variables,
        "sorted": sorted,
        "evaluate": runtime.evaluated,
        "star_types": functools.partial(star_types, guards),
        "Case": Case,
        "patterns": runtime.patterns,
    }
    return {f".{name}": value for name, value in made.items()}


def _variables(*names: str) -> dict[str, Any]:
    """The variables of these names of the guest's function that calls. Its frame may hold more: what the transformer
    keeps there, and where CPython inlines a comprehension, all that belongs to the module or class around."""
    found = sys._getframe(1).f_locals
    return {name: value for name, value in found.items() if name in names}


def _reader(runtime: NativeRuntime) -> Callable[..., Any]:
    """What calls a function that reads one of its arguments to the end."""
    given = runtime.draws.given
    with_numbers = ENDLESS | {int}

    def read(callee: Any, index: int, counting: bool, keeps: bool, /, *args: Any, **kwargs: Any) -> Any:
        argument = args[index]
        if type(argument) in (with_numbers if counting else ENDLESS):
            args = (*args[:index], given(callee, argument, keeps), *args[index + 1 :])
        return callee(*args, **kwargs)

    return read


def _unpacker(runtime: NativeRuntime) -> Callable[[Any], Any]:
    """What stands before a mapping whose keys become keyword arguments."""
    refuse, spread = runtime.guards.refuse, runtime.draws.spread

    def check(name: Any) -> Any:
        if type(name) is not str and isinstance(name, str):
            refuse("HC109", "keyword argument of a str subclass")
        return name

    class Keywords:
        """A mapping that is no dictionary, as CPython asks it: the keys, then each value.

        CPython's own TypeErrors name its class, so it takes the name of the guest's when one is due.
        """

        __slots__ = ("__getitem", "__keys")

        def __init__(self, given: Any, keys: Any) -> None:
            self.__keys = keys
            self.__getitem = given

        def keys(self) -> Any:
            try:
                found = self.__keys()
                try:
                    begun = iter(found)
                except TypeError:
                    self.__class__ = named(self.__getitem, Keywords)
                    return named(found)()
                return [check(name) for name in spread(begun)]
            except AttributeError:
                self.__class__ = named(self.__getitem, Keywords)
                raise

        def __getitem__(self, name: Any) -> Any:
            try:
                return self.__getitem[name]
            except AttributeError:
                self.__class__ = named(self.__getitem, Keywords)
                raise

    def named(given: Any, *bases: type) -> Any:
        return type(_type_name(type(given)), bases, {"__slots__": ()})

    def keywords(given: Any) -> Any:
        if type(given) is not dict and issubclass(type(given), dict):
            given = {**given}  # as CPython does it, whatever the class says of its iteration
        if type(given) is dict:
            for name in given:
                if type(name) is not str:
                    check(name)
            return given
        try:
            return Keywords(given, given.keys)
        except AttributeError:
            return named(given)()  # CPython's own TypeError names it

    return keywords
