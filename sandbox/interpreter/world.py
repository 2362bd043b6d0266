"""The interpreter's namespace as a snapshot sees it. Implements ``sandbox.snapshot.World``."""

from __future__ import annotations

import platform
import sys
import types
from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

from .. import facades, names
from ..facades.arrays import random_state
from ..snapshot import EMPTY, Definition
from ..snapshot.sources import define
from ..snapshot.world import Place
from ..values.packages import in_guest
from .definitions import maker
from .runtime import GuestRuntime
from .shapes import UNSET

_OWN_NAMES = frozenset({"__name__", "__doc__", "__builtins__"})


class InterpreterWorld:
    """One engine's namespace, for the length of one snapshot. ``cells`` is how many cells have run."""

    python = platform.python_version()

    def __init__(self, runtime: GuestRuntime, cells: int, set_cells: Callable[[int], None]) -> None:
        self._runtime = runtime
        self._cells = cells
        self._set_cells = set_cells
        self._names: Container[str] = ()
        self.packages = in_guest(runtime.host.policy.allows_import, self._meet)
        self._places: dict[int, Place] = {id(value): ("", name) for name, value in runtime.builtins.items()}
        for module, facade in sorted(runtime.modules.items()):
            for name, value in vars(facade).items():
                self._places.setdefault(id(value), (module, name))

    def _meet(self, package: str) -> None:
        if package in facades.KNOWN:
            facades.load(package, self._runtime)

    # ---- reading
    def names(self) -> dict[str, object]:
        return {name: value for name, value in self._runtime.namespace.items() if name not in _OWN_NAMES}

    def cells_run(self) -> int:
        return self._cells

    def place(self, value: object) -> Place | None:
        return None if type(value) is facades.Facade else self._places.get(id(value))

    def shown(self, cls: type) -> Any:
        return self._runtime.guards.seen_class(cls) or cls

    def tool(self, value: object) -> str | None:
        return next((name for name, tool in self._runtime.tools.items() if tool is value), None)

    def module(self, value: object) -> str | None:
        return value._module if type(value) is facades.Facade and value._module in facades.KNOWN else None

    def is_guest_class(self, value: object) -> bool:
        return self._runtime.guards.is_guest_class(value)

    def is_guest_function(self, value: object) -> bool:
        return self._runtime.guards.is_guest_function(value)

    def definition(self, function: Any) -> Definition | None:
        code = function.__code__
        known = self._runtime.definitions.get(code)
        if known is None and code.co_consts and type(code.co_consts[-1]) is tuple:
            found = self._runtime.texts.at(code.co_filename, code.co_consts[-1])
            if found is not None:
                _, captured, _ = self._runtime.guards.function_names.get(code, ((), (), None))
                known = define(code.co_filename, found, code.co_qualname, captured)
        return known if known is None or len(set(known.free)) == len(known.free) else None

    def captured(self, function: Any) -> Sequence[Any]:
        code = function.__code__
        if "free" not in code.co_freevars:
            return ()
        _, names_, _ = self._runtime.guards.function_names[code]
        held = function.__closure__[code.co_freevars.index("free")].cell_contents
        cells = dict(zip(names_, held, strict=True))
        known = self._runtime.definitions.get(code)
        return [cells[name] for name in (names_ if known is None else known.free)]

    def content(self, cell: Any) -> Any:
        return EMPTY if cell[0] is UNSET else cell[0]

    def random_states(self) -> Mapping[str, object]:
        found: dict[str, object] = {}
        modules = self._runtime.modules
        if "random" in modules:
            found["random"] = vars(modules["random"])["getstate"]()
        if "numpy.random" in modules:
            found["numpy.random"] = random_state(_numpy_random(), self._runtime).get_state()
        return found

    # ---- making
    def begin(self, names: Container[str], cells: int) -> None:
        self._runtime.budget.renew(self._runtime.host.limits.ops)
        self._names = names
        self._set_cells(cells)

    def load(self, module: str) -> Any:
        return self._runtime.import_as(module)

    def load_from(self, module: str, name: str) -> Any:
        if module:
            return self._runtime.import_from(module, name)
        if name not in self._runtime.builtins:
            raise ImportError(f"there is no builtin {name!r} here")
        return self._runtime.builtins[name]

    def get_tool(self, name: str) -> Any:
        return self._runtime.tools.get(name)

    def new_cell(self) -> Any:
        return [UNSET]

    def fill(self, cell: Any, value: object) -> None:
        cell[0] = value

    def define(self, definition: Definition) -> Callable[[Mapping[str, Any]], Any]:
        code, make = self._maker(definition)
        self._runtime.definitions[code] = definition
        self._runtime.texts.add_definition(definition)
        lines = self._runtime.sources.setdefault(definition.file, [])
        own = definition.text.splitlines()
        lines += [""] * (definition.line - 1 + len(own) - len(lines))
        lines[definition.line - 1 : definition.line - 1 + len(own)] = own
        return make

    def _maker(self, definition: Definition) -> tuple[types.CodeType, Callable[[Mapping[str, Any]], Any]]:
        return maker(self._runtime, definition, self._names)

    def new_class(self, name: str, bases: tuple[Any, ...], options: Mapping[str, Any], body: Mapping[str, Any]) -> Any:
        def fill(namespace: dict[str, Any]) -> None:
            for key, value in body.items():
                namespace[key] = value

        return self._runtime.new_class(name, bases, dict(options), fill)

    def getattr(self, value: object, name: str) -> Any:
        return self._runtime.guards.getattr(value, name)

    def check_store(self, value: object, name: str, new: object) -> None:
        guards = self._runtime.guards
        guards.stores.check(value, guards.name(name), new)

    def set_random_state(self, module: str, state: Any) -> None:
        if module == "random":
            self._runtime.import_from("random", "setstate")(state)
        elif module == "numpy.random":
            self.load("numpy.random")
            random_state(_numpy_random(), self._runtime).set_state(state)
        else:
            raise ValueError(f"the module {module!r} has no state of random numbers")

    def bind(self, names_: Mapping[str, object]) -> None:
        for name in names_:
            if name in names.REFUSED or name in _OWN_NAMES:
                self._runtime.refuse("HC101", f"the global name {name!r}")
        self._runtime.namespace.update(names_)


def _numpy_random() -> Any:
    return sys.modules["numpy.random"]
