"""Containers and algorithms: collections, itertools, heapq, bisect, graphlib, queue, operator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .gadgets import AttrGetter, MethodCaller
from .runtime import Runtime
from .spec import Spec, words

ABCS = words(
    """AsyncGenerator AsyncIterable AsyncIterator Awaitable Buffer ByteString Callable Collection Container Coroutine
    Generator Hashable ItemsView Iterable Iterator KeysView Mapping MappingView MutableMapping MutableSequence
    MutableSet Reversible Sequence Set Sized ValuesView"""
)


def _build_collections(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def namedtuple(
        typename: Any, field_names: Any, *, rename: Any = False, defaults: Any = None, module: Any = None
    ) -> Any:
        # The library builds program text of names that are exactly str and public identifiers: it looks itself, as
        # long as it gets the same answer each time it asks for ``rename``.
        made = real.namedtuple(typename, field_names, rename=bool(rename), defaults=defaults, module="__main__")
        if module is not None and runtime.is_guest_class(made):  # known as the guest's before it says otherwise
            made.__module__ = module
        return made

    namedtuple.__qualname__, namedtuple.__module__ = "namedtuple", "collections"
    namedtuple.__annotations__.clear()
    namedtuple.__doc__ = real.namedtuple.__doc__

    class UserString(real.UserString):  # type: ignore[misc]
        """``collections.UserString`` whose ``format`` goes through the engine's gate."""

        def format(self, /, *args: object, **kwargs: object) -> str:
            """As ``str.format``."""
            return runtime.format(str(self.data), args, kwargs)

        def format_map(self, mapping: Mapping[str, object]) -> str:
            """As ``str.format_map``."""
            return runtime.format(str(self.data), (), mapping)

    UserString.__module__, UserString.__qualname__ = "collections", "UserString"
    return {"namedtuple": namedtuple, "UserString": UserString}


def _build_operator(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def attrgetter(attr: str, /, *attrs: str) -> AttrGetter:
        """A callable that reads these attributes through the engine's checks."""
        return AttrGetter(runtime, attr, *attrs)

    def methodcaller(name: str, /, *args: object, **kwargs: object) -> MethodCaller:
        """A callable that calls this method through the engine's checks."""
        return MethodCaller(runtime, name, args, kwargs)

    prices = runtime.prices
    priced = {
        "mul": prices.times,
        "imul": prices.times_inplace,
        "pow": prices.power,
        "ipow": prices.power_inplace,
        "lshift": prices.shift,
        "ilshift": prices.shift_inplace,
        "mod": prices.modulo,
        "imod": prices.modulo_inplace,
    }
    made = {name: _operator(name, function) for name, function in priced.items()}
    return {"attrgetter": attrgetter, "methodcaller": methodcaller, **made}


def _operator(name: str, function: Any) -> object:
    def operate(a: object, b: object, /) -> object:
        return function(a, b)

    operate.__name__ = operate.__qualname__ = name
    operate.__module__ = "_operator"
    return operate


SPECS = (
    Spec(
        name="collections",
        names=words("ChainMap Counter OrderedDict UserDict UserList defaultdict deque"),
        own=words("UserString namedtuple"),
        bases=words("ChainMap Counter OrderedDict UserDict UserList UserString defaultdict deque"),
        settable=dict.fromkeys(words("UserDict UserList UserString"), ("*",))
        | {"ChainMap": ("maps",), "defaultdict": ("default_factory",)},
        children=words("collections.abc"),
        build=_build_collections,
    ),
    Spec(name="collections.abc", names=ABCS, bases=ABCS),
    Spec(
        name="itertools",
        names=words(
            """accumulate batched chain combinations combinations_with_replacement compress count cycle dropwhile
            filterfalse groupby islice pairwise permutations product repeat starmap takewhile tee zip_longest"""
        ),
        results=words("_grouper _tee"),
    ),
    Spec(name="heapq", names=words("heapify heappop heappush heappushpop heapreplace merge nlargest nsmallest")),
    Spec(name="bisect", names=words("bisect bisect_left bisect_right insort insort_left insort_right")),
    Spec(name="graphlib", names=words("CycleError TopologicalSorter"), bases=words("CycleError TopologicalSorter")),
    Spec(
        name="operator",
        names=words(
            """abs add and_ call concat contains countOf delitem eq floordiv ge getitem gt iadd iand iconcat
            ifloordiv imatmul index indexOf inv invert ior irshift is_ is_none is_not is_not_none isub itemgetter
            itruediv ixor le length_hint lt matmul ne neg not_ or_ pos rshift setitem sub truediv
            truth xor
            __abs__ __add__ __and__ __concat__ __contains__ __eq__ __floordiv__ __ge__ __gt__ __index__ __inv__
            __invert__ __le__ __lt__ __matmul__ __ne__ __neg__ __not__ __or__ __pos__ __rshift__ __sub__ __truediv__
            __xor__"""
        ),
        own=words("attrgetter ilshift imod imul ipow lshift methodcaller mod mul pow"),
        build=_build_operator,
    ),
)
