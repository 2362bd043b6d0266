"""Data in text and binary form: json, csv, io, struct, base64, binascii, hashlib, hmac, zlib, datetime and kin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .loans import Loan
from .runtime import Runtime
from .spec import Spec, because, words

_STRUCT = words("calcsize iter_unpack pack pack_into unpack unpack_from")


def _build_struct(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def exact(function: Any) -> Any:
        # The library caches formats for the whole process, by keys that a str subclass could forge.
        def call(format: Any, /, *args: Any, **options: Any) -> Any:
            plain = str.__str__(format) if isinstance(format, str) else bytes(format)
            return function(plain, *args, **options)

        call.__name__ = call.__qualname__ = function.__name__
        call.__module__ = "struct"
        return call

    def pack(format: Any, /, *values: Any) -> Any:
        runtime.prices.room(real.calcsize(format) if type(format) in (str, bytes) else 0)
        return real.pack(format, *values)

    return {name: exact(pack if name == "pack" else getattr(real, name)) for name in _STRUCT}


_INDENTED = 8


def _build_json(real: Any, runtime: Runtime) -> Mapping[str, object]:
    """Indents are repeated for each item of each level."""

    def dumps(obj: Any, *, indent: Any = None, **options: Any) -> Any:
        runtime.prices.room(indent << _INDENTED if type(indent) is int and indent > 0 else 0)
        return real.dumps(obj, indent=indent, **options)

    def dump(obj: Any, fp: Any, *, indent: Any = None, **options: Any) -> Any:
        runtime.prices.room(indent << _INDENTED if type(indent) is int and indent > 0 else 0)
        return real.dump(obj, fp, indent=indent, **options)

    return {"dump": dump, "dumps": dumps}


def _build_csv(real: Any, runtime: Runtime) -> Mapping[str, object]:
    """The registry of dialects and the limit of a field belong to the guest alone."""
    if runtime.host.in_process:
        standard = {name: real.get_dialect(name) for name in ("excel", "excel-tab", "unix")}
        runtime.loans.add(
            "csv", Loan(lambda: _csv_state(real), lambda state: _set_csv(real, *state)), (standard, 131072)
        )
    return {}


def _csv_state(real: Any) -> tuple[dict[str, Any], int]:
    return {name: real.get_dialect(name) for name in real.list_dialects()}, real.field_size_limit()


def _set_csv(real: Any, dialects: dict[str, Any], limit: int) -> None:
    for name in real.list_dialects():
        real.unregister_dialect(name)
    for name, dialect in dialects.items():
        real.register_dialect(name, dialect)
    real.field_size_limit(limit)


SPECS = (
    Spec(
        name="json",
        names=words("JSONDecodeError JSONDecoder JSONEncoder load loads"),
        own=words("dump dumps"),
        build=_build_json,
        bases=words("JSONDecodeError JSONDecoder JSONEncoder"),
        left_out=because(internals="codecs detect_encoding scanner"),
        children=words("json.decoder json.encoder"),
    ),
    Spec(name="json.decoder", names=words("JSONDecodeError JSONDecoder")),
    Spec(
        name="json.encoder",
        names=words("JSONEncoder"),
        left_out=because(
            internals="""ESCAPE ESCAPE_ASCII HAS_UTF8 ESCAPE_DCT INFINITY c_encode_basestring
            c_encode_basestring_ascii c_make_encoder encode_basestring encode_basestring_ascii
            py_encode_basestring py_encode_basestring_ascii i"""
        ),
    ),
    Spec(
        name="csv",
        names=words(
            """Dialect DictReader DictWriter Error QUOTE_ALL QUOTE_MINIMAL QUOTE_NONE QUOTE_NONNUMERIC QUOTE_NOTNULL
            QUOTE_STRINGS Sniffer excel excel_tab field_size_limit get_dialect list_dialects reader
            register_dialect unix_dialect unregister_dialect writer"""
        ),
        results=words("_reader _writer"),
        bases=words("Dialect DictReader DictWriter excel excel_tab unix_dialect"),
        build=_build_csv,
    ),
    Spec(
        name="io",
        names=words(
            """BlockingIOError BufferedIOBase BytesIO DEFAULT_BUFFER_SIZE IOBase RawIOBase SEEK_CUR SEEK_END SEEK_SET
            StringIO TextIOBase TextIOWrapper UnsupportedOperation"""
        ),
        bases=words("BytesIO StringIO TextIOBase RawIOBase"),
        left_out=because(
            files="FileIO open open_code",
            memory="BufferedRWPair BufferedRandom BufferedReader BufferedWriter",
            internals="IncrementalNewlineDecoder",
            warnings="text_encoding",
        ),
    ),
    Spec(
        name="struct",
        names=words("Struct error"),
        own=_STRUCT,
        results=words("unpack_iterator"),
        build=_build_struct,
    ),
    Spec(
        name="base64",
        names=words(
            """a85decode a85encode b16decode b16encode b32decode b32encode b32hexdecode b32hexencode b64decode
            b64encode b85decode b85encode decode decodebytes encode encodebytes standard_b64decode standard_b64encode
            urlsafe_b64decode urlsafe_b64encode z85decode z85encode"""
        ),
    ),
    Spec(
        name="binascii",
        names=words(
            """Error Incomplete a2b_base64 a2b_hex a2b_qp a2b_uu b2a_base64 b2a_hex b2a_qp b2a_uu crc32 crc_hqx
            hexlify unhexlify"""
        ),
    ),
    Spec(
        name="datetime",
        names=words("MAXYEAR MINYEAR UTC date datetime time timedelta timezone tzinfo"),
        bases=words("date datetime time timedelta tzinfo"),
    ),
)
