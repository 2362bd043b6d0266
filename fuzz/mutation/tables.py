"""Mutants of what is written as data: a refused name that is missing from its table, a left-out name that is there."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator

from .guards import NAME
from .mutant import Edit, Mutant
from .source import Source

_REFUSED = {
    "sandbox/names.py": ("INTROSPECTION", "IDENTITY", "HOOKS", "REFUSED", "NATIVE_PRIVATE", "GATED_PUBLIC",
                         "_LIBRARY_KEPT"),
    "sandbox/members.py": ("_REFUSED_SPECIALS",),
    "sandbox/raw_memory.py": ("CLAIMS", "FILLING", "STORES"),
    "sandbox/stores.py": ("_CLASS_HOOKS",),
    "sandbox/interpreter/analysis.py": ("REFUSED_NAMES", "_SPECIAL_NAMES"),
    "sandbox/safe_builtins.py": ("LEFT_OUT",),
}  # fmt: skip
"""Tables of what is refused or looked at: an entry less."""

_ALLOWED = {
    "sandbox/names.py": {
        "SPECIAL_METHODS": "reduce_ex getattribute del prepare",
        "READABLE": "globals subclasses builtins loader",
    },
    "sandbox/safe_builtins.py": {
        "PLAIN": "eval exec compile __import__ breakpoint locals",
    },
    "sandbox/stores.py": {"_FUNCTION_STORES": "__code__ __globals__", "_CLASS_STORES": "__class__ __bases__ __dict__"},
    "sandbox/stand_ins.py": {"CLEAN_MODULES": "logging"},
    "sandbox/facades/frame_checks.py": {"FUNCTIONS": "to_pickle pipe"},
    "sandbox/policy.py": {"STANDARD_IMPORTS": "os socket subprocess ctypes"},
}  # fmt: skip
"""Tables of what is allowed: an entry more."""
_FRAMES = "sandbox/protocol/frames.py"
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")


def mutants(source: Source) -> Iterator[Mutant]:
    """Those of one file."""
    for node in source.tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if not isinstance(target, ast.Name) or value is None:
            continue
        if target.id in _REFUSED.get(source.path, ()):
            yield from _less(source, target.id, value)
        more = _ALLOWED.get(source.path, {}).get(target.id)
        if more is not None:
            yield from _more(source, target.id, value, more.split())
        if target.id == "READERS":
            yield from _readers(source, value)
        if source.path == _FRAMES and target.id in ("REQUIRED", "OPTIONAL", "ERROR_FIELDS", "LIMIT_FIELDS"):
            yield from _fields(source, target.id, value)
    if source.path.startswith("sandbox/facades/"):
        for _, each in source.nodes:
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "Spec":
                yield from _shown(source, each)


def words_in(source: Source, value: ast.AST) -> Iterator[tuple[str, Edit]]:
    """Each word of the texts below a node, and the edit that takes it away."""
    for each in ast.walk(value):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and not _is_part(value, each):
            start, end = source.span(each)
            quote = re.match(r"[\"']+", source.text[start:end])
            if quote is None:
                continue
            for match in _WORD.finditer(source.text, start + len(quote[0]), end - len(quote[0])):
                whole = match.start() == start + len(quote[0]) and match.end() == end - len(quote[0])
                # A text that is one entry of a set becomes another that nobody asks for.
                new = "-" if whole else ""
                yield match[0], Edit(match.start(), match.end(), new)


def _is_part(value: ast.AST, text: ast.Constant) -> bool:
    """Whether the text belongs to an f-string."""
    return any(isinstance(each, ast.JoinedStr) and text in each.values for each in ast.walk(value))


def _less(source: Source, table: str, value: ast.expr) -> Iterator[Mutant]:
    if isinstance(value, ast.Dict):  # what values tell is no entry
        entries = [(key, after) for key, after in zip(value.keys, value.values, strict=True) if key is not None]
        for key, _ in entries:
            for word, edit in words_in(source, key):
                yield Mutant(source.path, "name", f"{table} without {word}", (edit,), (word,))
        return
    for word, edit in words_in(source, value):
        yield Mutant(source.path, "name", f"{table} without {word}", (edit,), (word, f"__{word}__"))


def _more(source: Source, table: str, value: ast.expr, names: list[str]) -> Iterator[Mutant]:
    """Allowed names are words of one text, or entries of a set."""
    for word, edit in words_in(source, value):
        entries = edit.new != ""
        for name in names:
            new = f'{word}", "{name}' if entries else f"{word} {name}"
            change = Edit(edit.start, edit.end, new)
            yield Mutant(source.path, "name", f"{table} with {name}", (change,), (name, f"__{name}__"))
        return


def _readers(source: Source, value: ast.expr) -> Iterator[Mutant]:
    """How a special attribute is read: as if nobody looked."""
    assert isinstance(value, ast.Dict)
    for key, reader in zip(value.keys, value.values, strict=True):
        if isinstance(key, ast.Constant):
            yield _reader(source, key.value, repr(key.value), reader)
        elif key is None and isinstance(reader, ast.DictComp):
            yield _reader(source, f"those of {source.short(reader.generators[0].iter)}", "name", reader.value)


def _reader(source: Source, what: str, name: str, reader: ast.expr) -> Mutant:
    native = f"(lambda name: lambda guards, value: getattr(value, name))({name})"
    watched = source.replaced(reader, f"_probe.called({NAME}, {source.of(reader)})")
    return Mutant(source.path, "reader", f"of {what}", (source.replaced(reader, native),), (what,), watched)


def _fields(source: Source, table: str, value: ast.expr) -> Iterator[Mutant]:
    """A field of a frame that may hold anything."""
    assert isinstance(value, ast.Dict)
    for key, check in zip(value.keys, value.values, strict=True):
        assert isinstance(key, ast.Constant)
        if isinstance(check, ast.Dict):
            for field, each in zip(check.keys, check.values, strict=True):
                assert isinstance(field, ast.Constant)
                if source.of(each) != "_encoded":
                    what = f"{table}: {key.value}.{field.value} unchecked"
                    yield Mutant(source.path, "field", what, (source.replaced(each, "(lambda value: True)"),))
        else:
            what = f"{table}: {key.value} unchecked"
            yield Mutant(source.path, "field", what, (source.replaced(check, "(lambda value: True)"),))


def _shown(source: Source, call: ast.Call) -> Iterator[Mutant]:
    """A name that the table of a facade leaves out, exported as the module has it."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    name, left_out = given.get("name"), given.get("left_out")
    if not isinstance(name, ast.Constant) or left_out is None:
        return
    real = given.get("real", name)
    named = given.get("names")
    for reason in ast.walk(left_out):
        if not isinstance(reason, ast.Constant) or not isinstance(reason.value, str) or _is_key(left_out, reason):
            continue
        for word, edit in words_in(source, reason):
            if not word.isidentifier() or not _is_there(ast.literal_eval(real), word):
                continue
            if named is None:
                start = source.span(call)[1] - 1
                export = Edit(start, start, f"{_comma(source, start)} names=({word!r},)")
            else:
                end = source.span(named)[1]
                export = Edit(end, end, f" + ({word!r},)")
            yield Mutant(source.path, "facade", f"{name.value}.{word} shown", (edit, export), (name.value, word))


def _is_there(module: str, name: str) -> bool:
    """Whether this Python has it: a facade skips what is not there."""
    try:
        return bool(module) and hasattr(importlib.import_module(module), name)
    except ImportError:
        return False


def _comma(source: Source, end: int) -> str:
    return "" if source.text[:end].rstrip().endswith((",", "(")) else ","


def _is_key(left_out: ast.expr, text: ast.Constant) -> bool:
    """Whether the text is not of names: the reason in a plain dictionary."""
    for each in ast.walk(left_out):
        if isinstance(each, ast.Dict) and text in each.values:
            return True
    return False
