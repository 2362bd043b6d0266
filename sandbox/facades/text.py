"""Text: string, textwrap, unicodedata, difflib, pprint, reprlib, html, keyword."""

from __future__ import annotations

import string as _string
from collections.abc import Mapping, Sequence
from typing import Any

from .runtime import Runtime
from .spec import Spec, because, words


class SafeFormatter(_string.Formatter):
    """``string.Formatter`` whose field attributes go through the engine's gate."""

    _runtime: Runtime

    def get_field(self, field_name: str, args: Sequence[object], kwargs: Mapping[str, object]) -> Any:
        """The object that a replacement field names, and the key that was used."""
        # The library's own splitter reads attributes unchecked; this walks the same path through the gate.
        first, rest = _split_field(field_name)
        obj = self.get_value(first, args, kwargs)
        for is_attribute, key in rest:
            obj = self._runtime.getattr(obj, str(key)) if is_attribute else obj[key]
        return obj, first

    def format_field(self, value: Any, format_spec: str) -> Any:
        """One value as its specification says."""
        return self._runtime.prices.format(value, format_spec)


def _split_field(field_name: str) -> tuple[Any, list[tuple[bool, Any]]]:
    if type(field_name) is not str:
        raise TypeError("format field names must be plain strings")
    import _string as parser  # type: ignore[import-not-found]

    first, rest = parser.formatter_field_name_split(field_name)
    return first, list(rest)


def _build_string(real: Any, runtime: Runtime) -> Mapping[str, object]:
    formatter = type(
        "Formatter", (SafeFormatter,), {"_runtime": runtime, "__module__": "string", "__qualname__": "Formatter"}
    )
    return {"Formatter": formatter}


def _build_textwrap(real: Any, runtime: Runtime) -> Mapping[str, object]:
    table = dict(real.TextWrapper.unicode_whitespace_trans)
    space = {"unicode_whitespace_trans": table, "__module__": "textwrap"}
    return {"TextWrapper": type("TextWrapper", (real.TextWrapper,), space)}


SPECS = (
    Spec(
        name="string",
        names=words(
            """Template ascii_letters ascii_lowercase ascii_uppercase capwords digits hexdigits octdigits printable
            punctuation whitespace"""
        ),
        own=words("Formatter"),
        bases=words("Formatter Template"),
        build=_build_string,
    ),
    Spec(
        name="textwrap", names=words("dedent fill indent shorten wrap"), own=words("TextWrapper"),
        bases=words("TextWrapper"), build=_build_textwrap,
        settable={"TextWrapper": words(
            """width initial_indent subsequent_indent expand_tabs replace_whitespace fix_sentence_endings
            break_long_words break_on_hyphens drop_whitespace tabsize max_lines placeholder""")},
    ),
    Spec(
        name="unicodedata",
        names=words(
            """bidirectional category combining decimal decomposition digit east_asian_width is_normalized lookup
            mirrored name normalize numeric ucd_3_2_0 unidata_version"""
        ),
        left_out=because(undocumented="UCD"),
    ),
    Spec(
        name="difflib",
        names=words(
            """Differ HtmlDiff IS_CHARACTER_JUNK IS_LINE_JUNK Match SequenceMatcher context_diff diff_bytes
            get_close_matches ndiff restore unified_diff"""
        ),
        bases=words("Differ HtmlDiff SequenceMatcher"),
    ),
    Spec(name="keyword", names=words("iskeyword issoftkeyword kwlist softkwlist")),
    Spec(name="html", names=words("escape unescape")),
    Spec(name="html.entities", names=words("codepoint2name entitydefs html5 name2codepoint")),
    Spec(name="html.parser", names=words("HTMLParser"), bases=words("HTMLParser"),
         settable={"HTMLParser": words("convert_charrefs cdata_elem lasttag rawdata")}),
)  # fmt: skip
