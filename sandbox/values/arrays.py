"""numpy arrays and scalars as dtype, shape and bytes.

Invariants: never imports numpy: its types exist only where somebody else did; dtypes come from a closed list, never
object, void or a subclass of ndarray; the byte count is checked against the shape before an array is made.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from .kinds import Record

_PLAIN = frozenset("|b1 |i1 |u1 <i2 <u2 <i4 <u4 <i8 <u8 <f2 <f4 <f8 <c8 <c16".split())
_UNITS = frozenset("Y M W D h m s ms us ns ps fs as".split())
_DTYPE = re.compile(r"(?:<(?P<unicode>U)|\|(?P<bytes>S))(?P<length>[1-9][0-9]{0,5})|<[mM]8\[(?P<unit>[a-zA-Z]{1,2})\]")
_MOST_DIMENSIONS = 32
_LONGEST_DIMENSION = 1 << 40

Description = tuple[str, str, bytes, list[int]]
"""Tag (``ndarray`` or ``npscalar``), dtype, little-endian C-order bytes, shape."""


def item_size(dtype: str) -> int:
    """Bytes of one item of an allowed dtype, 0 for any other."""
    if dtype in _PLAIN:
        return int(dtype[2:])
    match = _DTYPE.fullmatch(dtype)
    if match is None:
        return 0
    if match["unit"]:
        return 8 if match["unit"] in _UNITS else 0
    return int(match["length"]) * (4 if match["unicode"] else 1)


def describe(value: Any, kind: type, most: int) -> Description | str | None:
    """How a numpy value of at most ``most`` bytes travels; why it does not; None when it is not of numpy."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    array_type, scalar_type = getattr(numpy, "ndarray", None), getattr(numpy, "generic", None)
    if kind is array_type:
        tag = "ndarray"
    elif type(scalar_type) is type and any(base is scalar_type for base in type.__dict__["__mro__"].__get__(kind)):
        if getattr(numpy, kind.__name__, None) is not kind:
            return "only numpy's own scalar types travel"
        tag, value = "npscalar", numpy.asarray(value)
    else:
        return None
    dtype = value.dtype.newbyteorder("<")
    if not item_size(dtype.str):
        return f"arrays of dtype {value.dtype} do not travel; use numbers, bool, datetime64 or fixed-length strings"
    # Before it is copied: the array may be one item seen a trillion times.
    if value.size * dtype.itemsize > most:
        return f"the whole is larger than {most} bytes"
    data = value.astype(dtype, order="C").tobytes()
    return tag, dtype.str, data, list(value.shape)


def rebuild(tag: str, dtype: Any, data: bytes, shape: Any, numpy: Any) -> Any:
    """The array or scalar, or without ``numpy`` a Record of ``dtype``, ``shape`` and ``data``.

    Raises:
        ValueError: a dtype that is not allowed, or bytes that do not fit the shape.
    """
    if type(dtype) is not str or type(shape) is not list or len(shape) > _MOST_DIMENSIONS:
        raise ValueError("malformed array")
    size = item_size(dtype)
    if not size:
        raise ValueError("array dtype that is not allowed")
    count = 1
    for length in shape:
        if type(length) is not int or not 0 <= length <= _LONGEST_DIMENSION:
            raise ValueError("malformed array shape")
        count *= length
    if count * size != len(data) or (tag == "npscalar" and shape):
        raise ValueError("array bytes do not fit the shape")
    if numpy is None:
        return Record("numpy." + tag, {"dtype": dtype, "shape": tuple(shape), "data": data})
    array = build(numpy, dtype, data).reshape(shape)
    return array[()] if tag == "npscalar" else array


def build(numpy: Any, dtype: str, data: bytes) -> Any:
    """The writable array of one dimension, of a dtype that is allowed.

    Raises:
        ValueError: characters that do not exist.
    """
    if dtype == "|b1":
        return numpy.frombuffer(data, "|u1") != 0
    array = numpy.frombuffer(bytearray(data), dtype) if data else numpy.empty(0, dtype)
    if dtype[1] == "U" and data and int(numpy.frombuffer(data, "<u4").max()) > sys.maxunicode:
        raise ValueError("array with characters beyond Unicode")
    return array


def spelled(dtype: str) -> str:
    """A dtype as numpy calls it: ``int64`` for ``<i8``."""
    if dtype[1] in "mM":
        return ("datetime64" if dtype[1] == "M" else "timedelta64") + dtype[3:]
    names = {"b": "bool", "i": "int", "u": "uint", "f": "float", "c": "complex"}
    return names[dtype[1]] + ("" if dtype[1] == "b" else str(int(dtype[2:]) * 8))
