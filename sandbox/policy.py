"""What a guest may name: imports, files, tools, and who decides.

Invariants: frozen; deny by default; validated at construction; ``decide`` stays on the host and never travels.
Imports are matched by dotted component, never by prefix.
"""

from __future__ import annotations

import dataclasses
import functools
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from .limits import Limits

RequestKind = Literal["run", "tool", "file"]


@dataclasses.dataclass(frozen=True)
class Request:
    """What a decision hook is asked, before the act.

    ``kind`` ``"run"``: ``code`` is the guest source. ``"tool"``: ``name`` and the validated ``arguments``.
    ``"file"``: ``name`` is the path and ``arguments["operation"]`` is read, write or remove.
    """

    kind: RequestKind
    name: str = ""
    code: str = ""
    arguments: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Allow:
    """Go on."""


@dataclasses.dataclass(frozen=True)
class Deny:
    """Do not; ``reason`` is told to the guest and written to the audit trail."""

    reason: str = "denied"


@dataclasses.dataclass(frozen=True)
class Ask:
    """A person has to say; until then it counts as a denial with recovery "ask"."""

    reason: str = "needs approval"


Decision = Allow | Deny | Ask
DecisionHook = Callable[[Request], Decision]

STANDARD_IMPORTS: tuple[str, ...] = (
    "__future__", "abc", "argparse", "array", "asyncio", "base64", "binascii", "bisect", "calendar", "cmath",
    "codecs", "collections", "collections.abc", "colorsys", "concurrent.futures", "configparser", "contextlib",
    "copy", "csv", "dataclasses", "datetime", "decimal", "difflib", "doctest", "enum", "fnmatch", "fractions",
    "functools", "glob", "graphlib", "gzip", "hashlib", "heapq", "hmac", "html", "html.entities", "html.parser", "http",
    "inspect", "io", "itertools", "json", "keyword", "locale", "logging", "math", "numbers", "operator", "os",
    "os.path", "pathlib", "pprint", "queue", "random", "re", "reprlib", "secrets", "shutil", "sqlite3",
    "statistics", "string", "struct", "sys", "tempfile", "textwrap", "time", "timeit", "traceback", "types",
    "typing", "typing_extensions", "unicodedata", "unittest", "unittest.mock", "urllib.parse", "uuid", "warnings",
    "weakref", "xml.etree", "xml.etree.ElementTree", "zipfile", "zlib", "zoneinfo",
)  # fmt: skip
STRICT_IMPORTS: tuple[str, ...] = (
    "__future__", "cmath", "collections", "collections.abc", "dataclasses", "datetime", "decimal", "enum",
    "fractions", "functools", "itertools", "json", "math", "operator", "re", "statistics", "string", "textwrap",
    "typing",
)  # fmt: skip
DATA_SCIENCE_IMPORTS: tuple[str, ...] = (*STANDARD_IMPORTS, "numpy.*", "pandas.*", "matplotlib.*")
_SWITCHES = ("files", "expose_errors", "deterministic")
PRESETS: tuple[str, ...] = ("strict", "standard", "data_science")


def _check_pattern(pattern: object) -> str:
    if type(pattern) is not str:
        raise TypeError(f"an import pattern is a str such as 'json' or 'numpy.*', not {type(pattern).__name__}")
    if not _is_pattern(pattern):
        raise ValueError(f"{pattern!r} is not an import pattern; write 'package', 'package.module' or 'package.*'")
    return pattern


@functools.lru_cache(maxsize=1024)
def _is_pattern(text: str) -> bool:
    """Remembered: every policy, on both sides of the wall, checks the same hundred names."""
    parts = text.split(".")
    if parts[-1] == "*":
        parts = parts[:-1]
    return bool(parts) and all(part.isidentifier() for part in parts)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Policy:
    """What one session's guest may name. Use a preset: ``Policy.standard(imports=["numpy"])``.

    ``files`` opens /cell to the guest's own code; ``expose_errors`` shows it the text of a tool's exception;
    ``deterministic`` fixes clock, random numbers and hashes, so that the same program gives the same events;
    ``decide`` is asked before each run, tool call and file grant, and an exception in it denies.

    Raises:
        ValueError, TypeError: a malformed pattern, or a field of the wrong type.
    """

    imports: tuple[str, ...] = ()
    files: bool = True
    expose_errors: bool = True
    deterministic: bool = False
    decide: DecisionHook | None = dataclasses.field(default=None, compare=False)

    def __post_init__(self) -> None:
        if isinstance(self.imports, str):
            raise TypeError("imports is a list of patterns, not one string; write imports=['numpy']")
        object.__setattr__(self, "imports", tuple(dict.fromkeys(_check_pattern(p) for p in self.imports)))
        for name in _SWITCHES:
            if type(getattr(self, name)) is not bool:
                raise TypeError(f"policy.{name} must be true or false")
        if self.decide is not None and not callable(self.decide):
            raise TypeError("policy.decide must be callable: Request -> Allow | Deny | Ask")

    @classmethod
    def strict(
        cls, *, imports: Iterable[str] = (), deterministic: bool = False, decide: DecisionHook | None = None
    ) -> Policy:
        """Pure computation: a short list of modules, no files."""
        return cls(
            imports=(*STRICT_IMPORTS, *_patterns(imports)), files=False, deterministic=deterministic, decide=decide
        )

    @classmethod
    def standard(
        cls, *, imports: Iterable[str] = (), deterministic: bool = False, decide: DecisionHook | None = None
    ) -> Policy:
        """Everyday Python: the reviewed part of the standard library, files in /cell."""
        return cls(imports=(*STANDARD_IMPORTS, *_patterns(imports)), deterministic=deterministic, decide=decide)

    @classmethod
    def data_science(
        cls, *, imports: Iterable[str] = (), deterministic: bool = False, decide: DecisionHook | None = None
    ) -> Policy:
        """``standard`` and numpy, pandas, matplotlib."""
        return cls(imports=(*DATA_SCIENCE_IMPORTS, *_patterns(imports)), deterministic=deterministic, decide=decide)

    @classmethod
    def preset(
        cls,
        name: str,
        *,
        imports: Iterable[str] = (),
        deterministic: bool = False,
        decide: DecisionHook | None = None,
    ) -> Policy:
        """A preset by name.

        Raises:
            ValueError: no such preset; the message lists those that exist.
        """
        if name not in PRESETS:
            raise ValueError(f"unknown policy preset {name!r}; the presets are {', '.join(PRESETS)}")
        build: Callable[..., Policy] = getattr(cls, name)
        return build(imports=imports, deterministic=deterministic, decide=decide)

    def allows_import(self, module: str) -> bool:
        """Whether the policy lets the guest import this dotted name (parents of an allowed name included)."""
        parts = module.split(".")
        for pattern in self.imports:
            wanted = pattern.split(".")
            if wanted[-1] == "*":
                stem = wanted[:-1]
                if parts[: len(stem)] == stem or stem[: len(parts)] == parts:
                    return True
            elif wanted[: len(parts)] == parts:
                return True
        return False

    def to_dict(self) -> dict[str, Any]:
        """What travels to a worker: everything but the hook."""
        return {"imports": list(self.imports), **{name: getattr(self, name) for name in _SWITCHES}}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Policy:
        """The inverse of ``to_dict``, with an optional ``preset`` to start from.

        Raises:
            ValueError, TypeError: unknown or malformed fields.
        """
        unknown = sorted(set(data) - {"preset", "imports", *_SWITCHES})
        if unknown:
            raise ValueError(f"unknown policy field {unknown[0]!r}")
        base = cls.preset(data["preset"]) if "preset" in data else cls()
        imports = data.get("imports", [])
        if not isinstance(imports, (list, tuple)):
            raise TypeError("policy.imports must be a list of patterns")
        switches = {name: data[name] for name in _SWITCHES if name in data}
        return dataclasses.replace(base, imports=(*base.imports, *imports), **switches)


def _patterns(imports: Iterable[str]) -> Iterable[str]:
    if isinstance(imports, str):
        raise TypeError("imports is a list of patterns, not one string; write imports=['numpy']")
    return imports


def load_toml(text: str, filename: str = "policy.toml") -> tuple[Policy, Limits]:
    """Policy and limits from TOML with the tables ``[policy]`` and ``[limits]``.

    Raises:
        ValueError: malformed TOML or fields; the message begins with file and line.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{filename}: {error}") from None
    unknown = sorted(set(data) - {"policy", "limits"})
    if unknown:
        raise ValueError(f"{filename}:{_line_of(text, unknown[0])}: unknown table or key {unknown[0]!r}")
    for table in ("policy", "limits"):
        if not isinstance(data.get(table, {}), dict):
            raise ValueError(f"{filename}:{_line_of(text, table)}: {table} must be a table")
    try:
        policy = Policy.from_dict(data.get("policy", {"preset": "standard"}))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{filename}:{_line_in(text, 'policy', error)}: {error}") from None
    try:
        limits = Limits.from_dict(data.get("limits", {}))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{filename}:{_line_in(text, 'limits', error)}: {error}") from None
    return policy, limits


def dump_toml(policy: Policy, limits: Limits) -> str:
    """TOML that ``load_toml`` reads back to an equal policy. The decision hook is not part of it."""
    imports = ", ".join(f'"{pattern}"' for pattern in policy.imports)
    lines = [
        "[policy]",
        f"imports = [{imports}]",
        *(f"{name} = {str(getattr(policy, name)).lower()}" for name in _SWITCHES),
        "",
        "[limits]",
        *(f"{name} = {value!r}" for name, value in limits.to_dict().items()),
    ]
    return "\n".join(lines) + "\n"


def _line_of(text: str, word: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().lstrip("[").startswith(word):
            return number
    return 1


def _line_in(text: str, table: str, error: Exception) -> int:
    """The line of the first key of ``table`` that the error message names, else the table's own line."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            inside = stripped.strip("[] ") == table
        elif inside and "=" in stripped and stripped.split("=")[0].strip() in str(error):
            return number
    return _line_of(text, table)
