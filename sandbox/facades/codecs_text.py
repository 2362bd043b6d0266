"""Text formats and representations: configparser, urllib.parse, http, codecs, locale, pprint, reprlib."""

from __future__ import annotations

import pprint as _pprint
from collections.abc import Mapping
from typing import Any

from .runtime import Runtime
from .spec import Spec, because, words


def _build_codecs(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def name(encoding: object) -> str:
        if type(encoding) is not str:
            raise TypeError(f"encoding must be a plain str, not {type(encoding).__name__}")
        return encoding

    def bounded(encoding: object) -> str:
        """The name, unless it is that of a compression, which has its own, bounded functions."""
        found = real.lookup(name(encoding)).name
        if found.startswith(("zlib", "bz2")):
            raise LookupError(f"unknown encoding: {encoding}")
        return name(encoding)

    def iterdecode(iterator: Any, encoding: str, errors: str = "strict", **options: Any) -> Any:
        return real.iterdecode(iterator, bounded(encoding), errors, **options)

    def encode(obj: Any, encoding: str = "utf-8", errors: str = "strict") -> Any:
        return real.encode(obj, name(encoding), errors)

    def decode(obj: Any, encoding: str = "utf-8", errors: str = "strict") -> Any:
        runtime.charge(len(obj) >> 10)
        return real.decode(obj, bounded(encoding), errors)

    def open(filename: Any, mode: str = "r", encoding: Any = None, errors: str = "strict", buffering: int = -1) -> Any:
        if encoding is not None and "b" not in mode:
            return runtime.files.open(filename, mode, buffering, name(encoding), errors, "")
        return runtime.files.open(filename, mode)

    return {"encode": encode, "decode": decode, "iterdecode": iterdecode, "open": open}


def _build_locale(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def setlocale(category: int, locale: object = None) -> str:
        if locale in (None, "", "C", "POSIX", ("C", None)):
            return "C"
        raise real.Error("unsupported locale setting")

    return {
        "setlocale": setlocale,
        "getlocale": lambda category=0: (None, None),
        "getpreferredencoding": lambda do_setlocale=True: "UTF-8",
        "getencoding": lambda: "UTF-8",
        "localeconv": lambda: {"decimal_point": ".", "thousands_sep": "", "grouping": []},
    }


def _build_reprlib(real: Any, runtime: Runtime) -> Mapping[str, object]:
    own = real.Repr()
    return {"aRepr": own, "repr": own.repr}


def _build_pprint(real: Any, runtime: Runtime) -> Mapping[str, object]:
    class PrettyPrinter(_pprint.PrettyPrinter):
        """Writes to the guest's stdout unless told otherwise."""

        def __init__(
            self, indent: int = 1, width: int = 80, depth: int | None = None, stream: Any = None, **options: Any
        ) -> None:
            super().__init__(indent, width, depth, runtime.streams.stdout if stream is None else stream, **options)

    PrettyPrinter.__module__, PrettyPrinter.__qualname__ = "pprint", "PrettyPrinter"

    def pprint(object: object, stream: Any = None, *args: Any, **options: Any) -> None:
        text = _pprint.pformat(object, *args, **options)
        (runtime.streams.stdout if stream is None else stream).write(f"{text}\n")

    def pp(object: object, *args: Any, sort_dicts: bool = False, **options: Any) -> None:
        pprint(object, *args, sort_dicts=sort_dicts, **options)

    return {"PrettyPrinter": PrettyPrinter, "pprint": pprint, "pp": pp}


def _build_configparser(real: Any, runtime: Runtime) -> Mapping[str, object]:
    files = runtime.files

    def read(self: Any, filenames: Any, encoding: str | None = None) -> list[str]:
        """Read the files of /cell that exist; their names."""
        names = [filenames] if isinstance(filenames, (str, bytes)) or hasattr(filenames, "__fspath__") else filenames
        found = []
        for filename in names:
            shown = files.text(filename)
            if files.exists(filename):
                with files.open(filename, encoding=encoding) as file:
                    self._read(file, shown)
                found.append(shown)
        return found

    states = dict(real.RawConfigParser.BOOLEAN_STATES)
    space = {"read": read, "BOOLEAN_STATES": states, "__module__": "configparser"}
    return {name: type(name, (getattr(real, name),), dict(space)) for name in ("ConfigParser", "RawConfigParser")}


SPECS = (
    Spec(
        name="configparser",
        names=words(
            """BasicInterpolation DEFAULTSECT DuplicateOptionError DuplicateSectionError Error ExtendedInterpolation
            Interpolation InterpolationDepthError InterpolationError InterpolationMissingOptionError
            InterpolationSyntaxError MAX_INTERPOLATION_DEPTH MissingSectionHeaderError MultilineContinuationError
            NoOptionError NoSectionError ParsingError SectionProxy UnnamedSectionDisabledError UNNAMED_SECTION
            InvalidWriteError"""
        ),
        own=words("ConfigParser RawConfigParser"),
        bases=words("ConfigParser RawConfigParser"),
        settable={"RawConfigParser": ("optionxform",), "ConfigParser": ("optionxform",)},
        left_out=because(old="SafeConfigParser LegacyInterpolation", internals="ConverterMapping"),
        build=_build_configparser,
    ),
    Spec(name="urllib"),
    Spec(
        name="urllib.parse",
        names=words(
            """DefragResult DefragResultBytes ParseResult ParseResultBytes SplitResult SplitResultBytes parse_qs
            parse_qsl quote quote_from_bytes quote_plus unquote unquote_plus unquote_to_bytes urldefrag urlencode
            urljoin urlparse urlsplit urlunparse urlunsplit"""
        ),
    ),
    Spec(name="http", names=words("HTTPMethod HTTPStatus")),
    Spec(
        name="codecs",
        names=words(
            """BOM BOM_BE BOM_LE BOM_UTF16 BOM_UTF16_BE BOM_UTF16_LE BOM_UTF32 BOM_UTF32_BE BOM_UTF32_LE BOM_UTF8
            iterencode"""
        ),
        own=words("decode encode iterdecode open"),
        left_out=because(
            internals="""Codec CodecInfo IncrementalDecoder IncrementalEncoder StreamReader StreamReaderWriter
                StreamRecoder StreamWriter getdecoder getencoder getincrementaldecoder getincrementalencoder getreader
                getwriter lookup EncodedFile""",
            process="register register_error unregister lookup_error *_errors",
            old="BOM32_* BOM64_*",
            undocumented="*_encode *_decode",
        ),
        build=_build_codecs,
    ),
    Spec(
        name="locale",
        names=words("Error LC_ALL LC_COLLATE LC_CTYPE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME atof atoi "
                    "currency format_string str strcoll strxfrm"),
        own=words("getencoding getlocale getpreferredencoding localeconv setlocale"),
        left_out=because(
            process="bindtextdomain bind_textdomain_codeset textdomain gettext dgettext dcgettext *locale_alias",
            machine="nl_langinfo ABDAY_* ABMON_* DAY_* MON_* AM_STR PM_STR *_FMT *_FMT_AMPM CODESET CRNCYSTR ERA* "
            "ALT_DIGITS NOEXPR YESEXPR RADIXCHAR THOUSEP getdefaultlocale normalize CHAR_MAX",
            old="format resetlocale",
            undocumented="locale_encoding_alias windows_locale localize delocalize",
        ),
        build=_build_locale,
    ),
    Spec(
        name="pprint",
        names=words("isreadable isrecursive pformat saferepr"),
        own=words("PrettyPrinter pp pprint"),
        bases=words("PrettyPrinter"),
        build=_build_pprint,
    ),
    Spec(
        name="reprlib",
        names=words("Repr recursive_repr"),
        own=words("aRepr repr"),
        bases=words("Repr"),
        build=_build_reprlib,
        settable={"Repr": words("maxlevel maxtuple maxlist maxarray maxdict maxset maxfrozenset maxdeque maxstring "
                                "maxlong maxother fillvalue indent")},
    ),
)  # fmt: skip
