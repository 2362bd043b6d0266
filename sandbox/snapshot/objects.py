"""Data of the library beyond the codec: buffers, patterns, paths, arrays, named tuples, plain objects.

Invariants: exact types; what is made again is made by the class that guest code itself would call.
"""

from __future__ import annotations

import io
import sys
import types
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from ..values import arrays, instances
from ..values.fault import Fault

if TYPE_CHECKING:
    from .loader import Loader
    from .saver import Saver


def save_dtype(saver: Saver, value: Any, depth: int) -> Any:
    """A numpy dtype."""
    if not arrays.item_size(value.newbyteorder("<").str):
        raise Fault(type(value), f"the dtype {value} does not travel")
    saver.number(value)
    return {"$": "dtype", "v": value.str}


def load_dtype(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """A numpy dtype, made again."""
    loader.world.load("numpy")
    numpy: Any = sys.modules["numpy"]
    found = numpy.dtype(loader.text(doc["v"]))
    if not arrays.item_size(found.newbyteorder("<").str):
        raise DecodeError("a dtype that does not travel")
    loader.objects.append(found)
    return found


def save_namespace(saver: Saver, value: Any, depth: int) -> Any:
    """``types.SimpleNamespace``."""
    saver.number(value)
    held = vars(value)
    saver.later(value, lambda: [item for name, each in held.items() for item in (("", name), (f".{name}", each))])
    return {"$": "namespace"}


def load_namespace(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """``types.SimpleNamespace``, made again."""
    made = types.SimpleNamespace()
    loader.objects.append(made)

    def fill(items: list[Any]) -> None:
        for name, value in loader.pairs_in(items):
            loader.world.check_store(made, name, value)
            vars(made)[name] = value

    loader.later(fill)
    return made


def save_plain_object(saver: Saver, value: Any, depth: int) -> Any:
    """``object()``."""
    saver.number(value)
    return {"$": "object"}


def load_plain_object(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """``object()``, made again."""
    made = object()
    loader.objects.append(made)
    return made


def save_pattern(saver: Saver, value: Any, depth: int) -> Any:
    """A compiled pattern."""
    saver.number(value)
    return {"$": "pattern", "p": saver.value(value.pattern, depth), "f": value.flags}


def load_pattern(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """A compiled pattern, made again."""
    number = loader.begin()
    (text,) = loader.whole([doc["p"]], depth)
    if type(text) not in (str, bytes) or type(doc["f"]) is not int:
        raise DecodeError("malformed pattern")
    return loader.finish(number, loader.world.load_from("re", "compile")(text, doc["f"]))


def save_buffer(saver: Saver, value: Any, depth: int) -> Any:
    """``io.StringIO``, ``io.BytesIO``."""
    if value.closed:
        raise Fault(type(value), "it is closed")
    saver.number(value)
    held = value.getvalue()
    if isinstance(value, io.StringIO):
        state: Any = value.__getstate__()
        return {"$": "buffer", "v": saver.value(held, depth), "p": value.tell(), "e": state[1]}
    return {"$": "buffer", "v": saver.value(held, depth), "p": value.tell(), "e": None}


def load_buffer(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """``io.StringIO``, ``io.BytesIO``, made again."""
    number = loader.begin()
    (held,) = loader.whole([doc["v"]], depth)
    place, newline = doc["p"], doc["e"]
    if type(held) not in (str, bytes) or type(place) is not int or not 0 <= place < 1 << 40:
        raise DecodeError("malformed buffer")
    if newline not in (None, "", "\n", "\r", "\r\n"):
        raise DecodeError("malformed buffer")
    made: Any = loader.world.load_from("io", "StringIO" if type(held) is str else "BytesIO")
    made = made("", newline) if type(held) is str else made(held)
    if type(held) is str:
        made.__setstate__((held, newline, place, None))
    else:
        made.seek(place)
    return loader.finish(number, made)


def save_array(saver: Saver, value: Any, depth: int) -> Any:
    """``array.array``."""
    saver.number(value)
    held = value.tobytes() if value.typecode != "u" else value.tounicode()
    return {"$": "array", "t": value.typecode, "s": value.itemsize, "v": saver.value(held, depth)}


def load_array(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """``array.array``, made again."""
    number = loader.begin()
    (held,) = loader.whole([doc["v"]], depth)
    made = loader.world.load_from("array", "array")(loader.text(doc["t"]))
    if made.itemsize != doc["s"] and made.typecode != "u":
        raise DecodeError("an array whose items have another size here")
    if made.typecode == "u":
        made.fromunicode(held)
    else:
        made.frombytes(held)
    return loader.finish(number, made)


def save_path(saver: Saver, value: Any, depth: int) -> Any:
    """A path."""
    saver.number(value)
    return {"$": "cell_path", "k": type(value).__name__, "v": saver.value(str(value), depth)}


def load_path(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """A path, made again."""
    number = loader.begin()
    (text,) = loader.whole([doc["v"]], depth)
    if doc["k"] not in PATHS or type(text) is not str:
        raise DecodeError("malformed path")
    return loader.finish(number, loader.world.load_from("pathlib", doc["k"])(text))


PATHS = ("Path", "PosixPath", "PurePath", "PurePosixPath", "PureWindowsPath")


def save_named_tuple(saver: Saver, value: Any, depth: int) -> Any:
    """A named tuple of a library."""
    cls = saver.value(type(value), depth)
    saver.number(value)
    return {"$": "libtuple", "c": cls, "v": saver.items(tuple.__getitem__(value, slice(None)), depth)}


def load_named_tuple(loader: Loader, doc: dict[str, Any], depth: int) -> Any:
    """A named tuple of a library, made again."""
    (cls,) = loader.whole([doc["c"]], depth)
    number = loader.begin()
    items = loader.whole(doc["v"], depth)
    fields = instances.in_namespace(cls, "_fields") if isinstance(cls, type) else None
    if type(fields) is not tuple or len(fields) != len(items) or not instances.is_kind_of(cls, tuple):
        raise DecodeError("malformed named tuple")
    return loader.finish(number, tuple.__new__(cls, items))
