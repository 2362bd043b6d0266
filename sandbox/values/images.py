"""Images of PIL: mode, size, pixels, palette, and what is plain of their notes.

Invariants: pixels travel as they are, never as a file format, so no decoder of PIL ever sees hostile bytes; the byte
count is checked against mode and size before anything is made; never imports PIL while encoding.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from . import instances, scalars
from .fault import Fault
from .kinds import Record
from .packages import IMAGES

if TYPE_CHECKING:
    from .decode import Decoder
    from .encode import Encoder

Json = dict[str, Any]
_BYTES = {
    **dict.fromkeys(("L", "P"), 1),
    **dict.fromkeys(("LA", "PA", "La", "I;16", "I;16L", "I;16B"), 2),
    **dict.fromkeys(("RGB", "YCbCr", "LAB", "HSV"), 3),
    **dict.fromkeys(("RGBA", "RGBa", "RGBX", "CMYK", "I", "F"), 4),
}
_PALETTES = {"RGB": 3, "RGBA": 4}
_LONGEST_SIDE = 1 << 20
_LONGEST_EMPTY_SIDE = 1 << 14
_NOTES = frozenset({str, bytes, int, float, bool, type(None)})
_MOST_NOTES = 200


def _size(mode: str, width: int, height: int) -> int:
    """Bytes of the pixels; a mode of one bit has whole bytes for each row."""
    return (width + 7) // 8 * height if mode == "1" else width * height * _BYTES[mode]


def is_image(kind: type) -> bool:
    """Whether it is PIL's class of images, or one that PIL itself makes of a file's format."""
    image = getattr(sys.modules.get(IMAGES), "Image", None)
    if image is None or kind is image:
        return image is not None
    module = instances.module_of(kind)
    if not module.startswith("PIL.") or not instances.is_kind_of(kind, image):
        return False
    return getattr(sys.modules.get(module), instances.type_name(kind), None) is kind


def encode_image(encoder: Encoder, value: Any, depth: int) -> Json:
    """Mode, size, pixels, palette, notes. An image of a file is loaded."""
    kind = type(value)
    mode, (width, height) = value.mode, value.size
    if mode != "1" and mode not in _BYTES:
        raise Fault(kind, f"images of mode {mode!r} do not travel; use convert()")
    size = _size(mode, width, height)
    encoder.spend(0, kind, size * 4 // 3)
    if max(width, height) > (_LONGEST_SIDE if size else _LONGEST_EMPTY_SIDE):
        raise Fault(kind, "it is too long or too wide")
    value.load()
    pixels = value.tobytes() if size else b""
    palette = None
    if mode in ("P", "PA"):
        layout = value.im.getpalettemode()
        if layout not in _PALETTES:
            raise Fault(kind, f"its palette of mode {layout!r} does not travel")
        palette = [layout, scalars.base64(bytes(value.im.getpalette(layout, layout)))]
    notes = {name: note for name, note in value.info.items() if type(name) is str and _is_plain(note)}
    if len(notes) > _MOST_NOTES:
        raise Fault(kind, f"it has more than {_MOST_NOTES} notes")
    encoder.keep.append(notes)
    info = encoder.field(notes, "info", depth)
    return {"$": "image", "m": mode, "s": [width, height], "v": scalars.base64(pixels), "p": palette, "i": info}


def _is_plain(note: Any) -> bool:
    return type(note) in _NOTES or (type(note) is tuple and all(type(part) in _NOTES for part in note))


def decode_image(decoder: Decoder, doc: Json, depth: int) -> Any:
    """An ``Image``; without PIL a Record of what was sent."""
    number = decoder.begin()
    mode, sides = doc["m"], doc["s"]
    if type(mode) is not str or (mode != "1" and mode not in _BYTES):
        raise DecodeError("not a value: an image of a mode that is not allowed")
    if type(sides) is not list or len(sides) != 2 or not all(type(side) is int and side >= 0 for side in sides):
        raise DecodeError("not a value: malformed image")
    data = scalars.raw(doc["v"])
    if max(sides) > (_LONGEST_SIDE if data else _LONGEST_EMPTY_SIDE) or _size(mode, *sides) != len(data):
        raise DecodeError("not a value: pixels that do not fit the image")
    palette = _palette(doc["p"], mode)
    (notes,) = decoder.whole([doc["i"]], depth)
    if type(notes) is not dict or len(notes) > _MOST_NOTES:
        raise DecodeError("not a value: malformed notes of an image")
    if not all(type(name) is str and _is_plain(note) for name, note in notes.items()):
        raise DecodeError("not a value: malformed notes of an image")
    pillow = decoder.packages(IMAGES)
    if pillow is None:
        fields = {"mode": mode, "size": tuple(sides), "data": data, "palette": palette, "info": notes}
        return decoder.finish(number, Record("PIL.Image", fields))
    made = pillow.frombytes(mode, tuple(sides), data) if data else pillow.new(mode, tuple(sides))
    if palette is not None:
        made.putpalette(palette[1], palette[0])
    made.info = notes
    return decoder.finish(number, made)


def _palette(doc: Any, mode: str) -> tuple[str, bytes] | None:
    if mode not in ("P", "PA"):
        if doc is not None:
            raise DecodeError("not a value: a palette of an image that has none")
        return None
    if type(doc) is not list or len(doc) != 2 or type(doc[0]) is not str or doc[0] not in _PALETTES:
        raise DecodeError("not a value: malformed palette")
    data = scalars.raw(doc[1])
    if len(data) > 256 * _PALETTES[doc[0]] or len(data) % _PALETTES[doc[0]]:
        raise DecodeError("not a value: malformed palette")
    return doc[0], data
