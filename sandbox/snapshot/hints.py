"""Type hints that are objects: generic aliases, unions, type variables.

Invariants: an alias is made again by subscripting a class or a form of ``typing``, never anything that answers with
code of the guest's.
"""

from __future__ import annotations

import functools
import operator
import types
import typing
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from ..values import instances
from ..values.fault import Fault

if TYPE_CHECKING:
    from .loader import Loader
    from .saver import Saver


def save_alias(saver: Saver, value: Any, depth: int) -> Any:
    """``list[int]``, ``Optional[str]``, ``int | None``: what is subscripted, and with what."""
    saver.number(value)
    if type(value) is types.UnionType:
        return {"$": "union", "v": saver.items(value.__args__, depth)}
    if type(value) is types.GenericAlias:
        origin, args = value.__origin__, value.__args__
        args = args[0] if len(args) == 1 and type(args[0]) is not tuple else args
    else:
        form = value.__reduce__()
        if type(form) is not tuple or form[0] is not operator.getitem:  # typing.Type alone is a name
            raise Fault(type(value), "it is an alias of another form than X[Y]")
        origin, args = form[1]
    saver.keep.append(args)
    return {"$": "alias", "o": saver.value(origin, depth), "v": saver.value(args, depth)}


def load_alias(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """``list[int]``, ``Optional[str]``, made again."""
    number = loader.begin()
    origin, args = loader.whole([doc["o"], doc["v"]], depth)
    if not (isinstance(origin, type) or type(origin).__module__ == "typing") or _answers_itself(loader, origin):
        raise DecodeError("malformed generic alias")
    return loader.finish(number, origin[args])


def _answers_itself(loader: Loader, origin: Any) -> bool:
    """Whether subscribing the class would run guest code."""
    if not isinstance(origin, type):
        return False
    if loader.world.is_guest_class(type(origin)):
        return True
    method = getattr(instances.in_namespace(origin, "__class_getitem__"), "__func__", None)
    return loader.world.is_guest_function(method)


def load_union(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """``int | None``, made again."""
    number = loader.begin()
    members = loader.whole(doc["v"], depth)
    if len(members) < 2:
        raise DecodeError("malformed union")
    return loader.finish(number, functools.reduce(operator.or_, members))


def save_init_variable(saver: Saver, value: Any, depth: int) -> Any:
    """``dataclasses.InitVar[int]``."""
    saver.number(value)
    return {"$": "initvar", "v": saver.field(value.type, "type", depth)}


def load_init_variable(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """``dataclasses.InitVar[int]``, made again."""
    number = loader.begin()
    (hint,) = loader.whole([doc["v"]], depth)
    return loader.finish(number, loader.world.load_from("dataclasses", "InitVar")[hint])


def save_type_variable(saver: Saver, value: Any, depth: int) -> Any:
    """A type parameter."""
    saver.number(value)
    found = {"$": "typevar", "k": type(value).__name__, "n": value.__name__}
    if type(value) is typing.TypeVar:
        bound, constraints = value.__bound__, value.__constraints__
        saver.keep += (bound, constraints)
        found |= {"b": saver.value(bound, depth), "v": saver.items(constraints, depth)}
        found |= {"+": value.__covariant__, "-": value.__contravariant__}
    return found


def load_type_variable(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """A type parameter, made again."""
    number = loader.begin()
    kind, name = doc["k"], loader.text(doc["n"])
    if kind in ("ParamSpec", "TypeVarTuple"):
        return loader.finish(number, getattr(typing, kind)(name))
    bound, *constraints = loader.whole([doc["b"], *doc["v"]], depth)
    variance = {"covariant": doc["+"] is True, "contravariant": doc["-"] is True}
    make: Any = typing.TypeVar
    made = make(name, *constraints, bound=bound, **variance)
    return loader.finish(number, made)
