"""Spec: the reviewed table of one facade.

Invariants: every exported name is written down by hand; a public name of the real module that is neither exported
nor left out with a reason fails a test, on each supported Python; importing a table imports none of the real modules.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import importlib
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .listed import Listed
from .runtime import Runtime

Builder = Callable[[Any, Runtime], Mapping[str, object]]
"""Called with the real module and the engine; gives the names that replace or complete the real ones."""


def words(*text: str) -> tuple[str, ...]:
    """Names, written as one text."""
    return tuple(" ".join(text).split())


def because(**groups: str) -> Mapping[str, str]:
    """Left-out names: ``because(reason="name prefix_*")`` where the keyword is a key of WHY."""
    return {name: WHY[reason] for reason, names in groups.items() for name in names.split()}


def later(module: str, function: str = "build") -> Builder:
    """The builder of that name in a sibling module, which is imported when the facade is first loaded."""

    def build(real: Any, runtime: Runtime) -> Mapping[str, object]:
        made: Mapping[str, object] = getattr(importlib.import_module(f".{module}", __package__), function)(
            real, runtime
        )
        return made

    return build


WHY: Mapping[str, str] = {
    "process": "it changes the state of the whole process",
    "machine": "it tells about the machine or the process around the guest",
    "system": "it asks the operating system for more than a guest may have",
    "descriptors": "it works on numbers of open files; guests have file objects",
    "callbacks": "guest code would run at a moment nobody reviewed",
    "links": "a link could lead out of the /cell directory",
    "network": "guest code has no network",
    "warnings": "it warns past the guest's own filters",
    "threads": "guest code runs in one thread",
    "compile": "it builds or evaluates program text outside the guarded engine",
    "internals": "it leads to interpreter internals",
    "attributes": "it reads or stores attributes by name without the engine's checks",
    "classes": "it builds classes past the engine's checks",
    "files": "it opens files past the /cell directory",
    "pickle": "pickled data can call anything while it is read",
    "unlisted": "the attributes of what it gives are on no reviewed list",
    "memory": "it reaches memory that is not its own",
    "loads": "it loads code or data that the package does not come with",
    "windows": "there are no windows, and nobody in front of them",
    "undocumented": "it is no part of the module's documented interface",
    "old": "it is deprecated in the real module",
    "unreviewed": "the package's version that was reviewed has no such name",
}


def _own(value: object) -> object:
    """A container that the real module shares with the whole process as a copy for one engine."""
    return value.copy() if type(value) in (dict, list, set, bytearray) else value  # type: ignore[attr-defined]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Spec:
    """One facade.

    ``names`` are exported unchanged (skipped where this Python lacks them); ``constants`` are beginnings of names of
    plain ints that are exported too; ``own`` are the names that ``build`` gives; ``left_out`` says why other names, all
    that match a pattern, or methods (``Class.method``) of classes among ``own`` are absent; ``bases`` are exported
    classes that guests may derive from; ``results`` are dotted names, below the real module, of classes that exports
    return but the module does not export; ``settable`` gives, per exported class, the attributes a guest may store on
    instances ("*": any public one); ``children`` are submodules that importing this one brings along; ``real`` is the
    module behind the facade where its name differs (None: the same name; "": a package with nothing of its own to
    offer); ``listed`` are the attributes of instances of third-party classes.
    """

    name: str
    names: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    left_out: Mapping[str, str] = dataclasses.field(default_factory=dict)
    bases: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    settable: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    children: tuple[str, ...] = ()
    build: Builder | None = None
    real: str | None = None
    listed: tuple[Listed, ...] = ()

    @property
    def rest(self) -> str:
        """Why a name of the real module that the table does not name is absent: a key of WHY."""
        package = (self.real or self.name).partition(".")[0]
        return "undocumented" if package in sys.stdlib_module_names else "unreviewed"

    def module(self) -> Any:
        """The real module; stays on the host's side."""
        return importlib.import_module(self.name if self.real is None else self.real) if self.real != "" else None

    def exports(self, runtime: Runtime) -> dict[str, object]:
        """The reviewed names and their values for one engine.

        Raises:
            RuntimeError: the table and its builder disagree.
        """
        real = self.module()
        exports = {name: _own(getattr(real, name)) for name in self.names if hasattr(real, name)}
        exports.update((name, vars(real)[name]) for name in self.found_constants())
        built = self.build(real, runtime) if self.build is not None else {}
        undeclared = sorted(set(built) - set(self.own))
        if undeclared:
            raise RuntimeError(f"facade {self.name!r} builds {undeclared[0]!r}, which its table does not declare")
        exports.update(built)
        return exports

    def found_constants(self) -> Iterable[str]:
        """Names that ``constants`` stands for on this Python."""
        for pattern in self.constants:
            names = vars(self.module()).items()
            yield from (name for name, value in names if name.startswith(pattern) and type(value) is int)

    def listed_reason(self, name: str) -> str | None:
        """Why the table leaves a name out; None when it does not say."""
        why = self.left_out.get(name)
        if why is not None:
            return why
        patterns = (pattern for pattern in self.left_out if "*" in pattern and fnmatch.fnmatchcase(name, pattern))
        return next((self.left_out[pattern] for pattern in patterns), None)

    def reason(self, name: str) -> str | None:
        """Why a public name of the real module is not exported; None when the real module has no such name."""
        real = self.module()
        if real is None or name.startswith("_") or name not in {*dir(real), *getattr(real, "__all__", ())}:
            return None
        return self.listed_reason(name) or WHY[self.rest]

    def result_types(self) -> Iterable[type]:
        """The classes named by ``results`` that exist on this Python."""
        for dotted in self.results:
            value: object = self.module()
            for part in dotted.split("."):
                value = getattr(value, part, None)
            if isinstance(value, type):
                yield value
