"""numpy arrays that show the memory of another one: kept as views, so that what is stored in one shows in the other.

Invariants: a view lies within its array, has its dtype, and is made over an array that the document itself holds.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from ..values import arrays
from ..values.fault import Fault

if TYPE_CHECKING:
    from .loader import Loader
    from .saver import Saver

_MOST_DIMENSIONS = 32
_MOST = 1 << 40


def is_view(kind: type, value: Any) -> bool:
    """Whether it is an array over the memory of another array."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and kind is numpy.ndarray and type(value.base) is numpy.ndarray


def _owner(value: Any) -> Any:
    while type(value.base) is type(value):
        value = value.base
    return value


def save_view(saver: Saver, value: Any, depth: int) -> Any:
    """A view: the array below it, and where in that it lies. None: it can only be written as a copy.

    Raises:
        Fault: a copy would part it from another array of the session.
    """
    owner = _owner(value)
    if not (owner.flags.c_contiguous and owner.dtype == value.dtype and arrays.item_size(owner.dtype.str)):
        if owner.size != value.size or id(owner) in saver.seen or id(owner) in saver.copied:
            raise Fault(type(value), "it shares memory with an array of another order or dtype; use a copy()")
        saver.copied.add(id(owner))
        return None
    below = saver.value(owner, depth)
    saver.number(value)
    start = value.__array_interface__["data"][0] - owner.__array_interface__["data"][0] if value.size else 0
    place = {"o": start, "s": list(value.shape), "t": list(value.strides), "w": bool(value.flags.writeable)}
    return {"$": "view", "v": below, **place}


def load_view(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """The view, made again."""
    (owner,) = loader.whole([doc["v"]], depth)
    numpy: Any = loader.packages("numpy")
    start, shape, steps = doc["o"], doc["s"], doc["t"]
    if numpy is None or type(owner) is not numpy.ndarray or not owner.flags.c_contiguous:
        raise DecodeError("not a snapshot: a view of what is no array")
    if type(shape) is not list or type(steps) is not list or not len(shape) == len(steps) <= _MOST_DIMENSIONS:
        raise DecodeError("not a snapshot: malformed view")
    if not all(type(number) is int and abs(number) <= _MOST for number in (start, *shape, *steps)) or min([0, *shape]):
        raise DecodeError("not a snapshot: malformed view")
    reach = [(length - 1) * step for length, step in zip(shape, steps, strict=True)] if 0 not in shape else []
    first, last = start + sum(min(0, each) for each in reach), start + sum(max(0, each) for each in reach)
    if first < 0 or (0 not in shape and last + owner.itemsize > owner.nbytes) or start > owner.nbytes:
        raise DecodeError("not a snapshot: a view beyond its array")
    made = numpy.ndarray(shape, owner.dtype, owner, start, steps)
    if doc["w"] is not True:
        made.flags.writeable = False
    loader.objects.append(made)
    return made
