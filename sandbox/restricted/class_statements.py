"""Class statements of bytecode: CPython runs the body, the rules of the guarded engines make the class.

Invariants: those of ``interpreter.classes``; the namespace of a body is the one that a reviewed metaclass prepared.
"""

from __future__ import annotations

import builtins
import types
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..views import native_cell_view

if TYPE_CHECKING:
    from ..interpreter.metaclasses import Plan
    from .runtime import NativeRuntime


class _Steps:
    """Takes the place of the metaclass: gives CPython the namespace, then makes the class of it."""

    __slots__ = ("_given", "_plan", "_runtime")

    def __init__(self, runtime: NativeRuntime, plan: Plan, given: tuple[Any, ...]) -> None:
        self._runtime = runtime
        self._plan = plan
        self._given = given

    def __prepare__(self, name: str, bases: tuple[Any, ...], **_: Any) -> Mapping[str, Any]:
        return self._plan.namespace

    def __call__(self, name: str, bases: tuple[Any, ...], namespace: Any, **_: Any) -> Any:
        if self._plan.resolved and "__orig_bases__" not in namespace:
            namespace["__orig_bases__"] = self._given
        cell = namespace.get("__classcell__")
        if type(cell) is types.CellType:
            namespace["__classcell__"] = native_cell_view(cell)
        return self._runtime.metaclasses.make(self._plan)


def class_builder(runtime: NativeRuntime) -> Callable[..., Any]:
    """What ``__build_class__`` is for one engine."""

    def build_class(body: Any, name: str, /, *given: Any, **keywords: Any) -> Any:
        plan = runtime.metaclasses.prepare(name, given, keywords)
        return builtins.__build_class__(body, name, metaclass=_Steps(runtime, plan, given))

    return build_class
