"""Generators of random numbers, by their states.

Invariants: the library's own methods judge a state; bit generators come from a closed table.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from ..values import instances
from ..values.fault import Fault

if TYPE_CHECKING:
    from .loader import Loader
    from .saver import Saver


def save_generator(saver: Saver, value: Any, depth: int) -> Any:
    """``random.Random``."""
    saver.number(value)
    state = value.getstate()
    saver.keep.append(state)
    return {"$": "random", "v": saver.value(state, depth)}


def load_generator(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """``random.Random``, made again."""
    number = loader.begin()
    (state,) = loader.whole([doc["v"]], depth)
    made = loader.world.load_from("random", "Random")()
    made.setstate(state)
    return loader.finish(number, made)


def save_numpy_generator(saver: Saver, value: Any, depth: int) -> Any:
    """numpy's ``Generator``."""
    saver.number(value)
    bits = value.bit_generator
    if instances.module_of(type(bits)) not in _BIT_MODULES:
        raise Fault(type(value), "it draws from a bit generator that is not numpy's own")
    state = bits.state
    saver.keep.append(state)
    return {"$": "generator", "k": type(bits).__name__, "v": saver.value(state, depth)}


_BIT_NAMES = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


_BIT_MODULES = frozenset(f"numpy.random.{name}" for name in ("_pcg64", "_mt19937", "_philox", "_sfc64"))


def load_numpy_generator(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """numpy's ``Generator``, made again."""
    number = loader.begin()
    (state,) = loader.whole([doc["v"]], depth)
    loader.world.load("numpy")
    numpy: Any = sys.modules["numpy"]
    if doc["k"] not in _BIT_NAMES or type(state) is not dict:
        raise DecodeError("malformed generator of random numbers")
    bits = getattr(numpy.random, doc["k"])()
    bits.state = state
    return loader.finish(number, numpy.random.Generator(bits))
