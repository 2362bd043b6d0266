"""Values without members, in both directions: numbers, text, bytes, ranges, UUIDs, paths.

Invariants: digits are bounded before a number is built or printed; JSON numbers only for what every JSON reader
keeps exact here (ints below 2**63, finite floats).
"""

from __future__ import annotations

import binascii
import math
import struct
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from . import instances
from .fault import Fault
from .kinds import PLAIN_INT

if TYPE_CHECKING:
    from .decode import Decoder
    from .encode import Encoder

_PATH_CHARS = 4096
_RANGE_BITS = 1 << 12


def base64(data: bytes) -> str:
    """Bytes as ASCII text."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def raw(text: Any) -> bytes:
    """Bytes from ASCII text.

    Raises:
        DecodeError, ValueError: it is not base64.
    """
    if type(text) is not str:
        raise DecodeError("not a value: malformed bytes")
    return binascii.a2b_base64(text, strict_mode=True) if text else b""


def _hex(encoder: Encoder, value: int, most: int) -> str:
    if value.bit_length() > most:
        raise Fault(int, f"it has more than {most} bits")
    encoder.spend(0, int, value.bit_length() // 4)
    return format(value, "x")


def _integer(text: Any, most: int) -> int:
    if type(text) is not str or len(text) > most // 4 + 2:
        raise DecodeError("not a value: malformed or too large integer")
    return int(text, 16)


def _bits(value: float) -> str:
    return struct.pack(">d", value).hex()


def _real(text: Any) -> float:
    if type(text) is not str or len(text) != 16:
        raise DecodeError("not a value: malformed float")
    found: float = struct.unpack(">d", bytes.fromhex(text))[0]
    return found


def encode_int(encoder: Encoder, value: int) -> Any:
    """A JSON number, or hexadecimal digits."""
    if -PLAIN_INT < value < PLAIN_INT:
        return value
    return {"$": "int", "v": _hex(encoder, value, encoder.bounds.int_bits)}


def decode_int(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_int``."""
    return _integer(doc["v"], decoder.bounds.int_bits)


def encode_float(encoder: Encoder, value: float) -> Any:
    """A JSON number, or the bits of an infinity or a nan."""
    return value if math.isfinite(value) else {"$": "float", "v": _bits(value)}


def decode_float(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_float``."""
    return _real(doc["v"])


def encode_complex(encoder: Encoder, value: complex) -> Any:
    """The bits of both parts."""
    return {"$": "complex", "v": [_bits(value.real), _bits(value.imag)]}


def decode_complex(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_complex``."""
    real, imag = doc["v"]
    return complex(_real(real), _real(imag))


def encode_str(encoder: Encoder, value: str) -> Any:
    """JSON text; with surrogates, bytes, since JSON would join a pair of them."""
    encoder.spend(0, str, len(value))
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return {"$": "str", "v": base64(value.encode("utf-8", "surrogatepass"))}
    return value


def decode_str(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_str``."""
    return raw(doc["v"]).decode("utf-8", "surrogatepass")


def encode_bytes(encoder: Encoder, value: bytes) -> Any:
    """Base64."""
    encoder.spend(0, bytes, len(value) * 4 // 3)
    return {"$": "bytes", "v": base64(value)}


def decode_bytes(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_bytes``."""
    return raw(doc["v"])


def encode_bytearray(encoder: Encoder, value: bytearray) -> Any:
    """Base64; a container, since it is mutable and may be shared."""
    encoder.spend(0, bytearray, len(value) * 4 // 3)
    return {"$": "bytearray", "v": base64(bytes(value))}


def decode_bytearray(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_bytearray``."""
    found = bytearray(raw(doc["v"]))
    decoder.objects.append(found)
    return found


def encode_range(encoder: Encoder, value: range) -> Any:
    """Start, stop, step."""
    return {"$": "range", "v": [_hex(encoder, part, _RANGE_BITS) for part in (value.start, value.stop, value.step)]}


def decode_range(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_range``."""
    start, stop, step = doc["v"]
    return range(_integer(start, _RANGE_BITS), _integer(stop, _RANGE_BITS), _integer(step, _RANGE_BITS))


def encode_decimal(encoder: Encoder, value: Any) -> Any:
    """The exact text."""
    bounds = encoder.bounds
    digits = len(value.as_tuple().digits)
    if digits > bounds.digits or (value.is_finite() and abs(value.adjusted()) > bounds.exponent):
        raise Fault(type(value), f"it has more than {bounds.digits} digits, or an exponent beyond {bounds.exponent}")
    encoder.spend(0, type(value), digits)
    return {"$": "decimal", "v": str(value)}


def decode_decimal(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_decimal``."""
    import decimal

    text = doc["v"]
    if type(text) is not str or len(text) > decoder.bounds.digits + 20 or not text.isascii():
        raise DecodeError("not a value: malformed Decimal")
    found = decimal.Decimal(text)
    if found.is_finite() and abs(found.adjusted()) > decoder.bounds.exponent:
        raise DecodeError("not a value: a Decimal's exponent is too large")
    return found


def encode_fraction(encoder: Encoder, value: Any) -> Any:
    """Numerator and denominator."""
    most = encoder.bounds.ratio_bits
    parts = [_hex(encoder, value.numerator, most), _hex(encoder, value.denominator, most)]
    encoder.spend(_ratio_price(parts), type(value))
    return {"$": "fraction", "v": parts}


def _ratio_price(parts: list[Any]) -> int:
    """Nodes for the greatest common divisor, whose cost grows with the square of the digits."""
    digits = sum(map(len, parts))
    return digits * digits >> 16


def decode_fraction(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_fraction``."""
    import fractions

    above, below = parts = doc["v"]
    most = decoder.bounds.ratio_bits
    decoder.spend(_ratio_price(parts))
    return fractions.Fraction(_integer(above, most), _integer(below, most))


def encode_uuid(encoder: Encoder, value: Any) -> Any:
    """128 bits."""
    return {"$": "uuid", "v": format(value.int, "032x")}


def decode_uuid(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_uuid``."""
    import uuid

    return uuid.UUID(int=_integer(doc["v"], 128))


def encode_path(encoder: Encoder, value: Any) -> Any:
    """The text and its flavour; the receiver sees a pure path."""
    import pathlib

    text = pathlib.PurePath.__str__(value)
    if len(text) > _PATH_CHARS:
        raise Fault(type(value), f"it is longer than {_PATH_CHARS} characters")
    flavour = "windows" if instances.is_kind_of(type(value), pathlib.PureWindowsPath) else "posix"
    return {"$": "path", "k": flavour, "v": encode_str(encoder, text)}


def decode_path(decoder: Decoder, doc: dict[str, Any], depth: int) -> Any:
    """The inverse of ``encode_path``: a PurePosixPath or PureWindowsPath."""
    import pathlib

    text = decoder.value(doc["v"], depth)
    if type(text) is not str or len(text) > _PATH_CHARS or doc["k"] not in ("posix", "windows"):
        raise DecodeError("not a value: malformed path")
    return pathlib.PureWindowsPath(text) if doc["k"] == "windows" else pathlib.PurePosixPath(text)
