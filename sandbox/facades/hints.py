"""Annotations as text: resolved over the guest's namespace, never evaluated as program text.

Invariants: names, attributes (through the engine's gate), subscripts, ``|``, tuples, lists and literals are
understood; calls, operators and everything else are refused with a TypeError.
"""

from __future__ import annotations

import ast
import builtins
import functools
import operator
import types
import typing
from collections.abc import Mapping
from typing import Any

from .runtime import Runtime

_MOST_TEXT = 2000
_BUILTIN_TYPES: Mapping[str, object] = {
    name: getattr(builtins, name)
    for name in """bool bytearray bytes complex dict float frozenset int list memoryview object range set slice str
    tuple property classmethod staticmethod Exception BaseException ArithmeticError KeyError OSError RuntimeError
    TypeError ValueError""".split()
}


class Hints:
    """Resolves annotations for one engine; ``local`` names come before the guest's globals."""

    def __init__(self, runtime: Runtime, local: Mapping[str, object] | None = None) -> None:
        self._runtime = runtime
        self._local = dict(local or {})

    def resolve(self, text: str) -> Any:
        """The object that an annotation's text names.

        Raises:
            NameError: an unknown name.
            TypeError: the text is more than an annotation of names.
            SyntaxError: the text does not parse.
        """
        if len(text) > _MOST_TEXT:
            raise TypeError("annotation text is too long")
        return self._node(ast.parse(text.strip(), mode="eval").body)

    def _node(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.Attribute):
            return self._runtime.getattr(self._node(node.value), node.attr)
        if isinstance(node, ast.Subscript):
            return self._node(node.value)[self._node(node.slice)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            left, right = self._node(node.left), self._node(node.right)
            return left | right
        if isinstance(node, ast.Tuple):
            return tuple(self._node(item) for item in node.elts)
        if isinstance(node, ast.List):
            return [self._node(item) for item in node.elts]
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            return -node.operand.value  # type: ignore[operator]
        raise TypeError(f"annotation text is resolved, not evaluated: {ast.unparse(node)!r} is more than names")

    def _name(self, name: str) -> Any:
        for space in (self._local, self._runtime.namespace, _BUILTIN_TYPES):
            if name in space:
                return space[name]
        if name == "type":
            return self._runtime.type_of(int)
        raise NameError(f"name {name!r} is not defined")

    def whole(self, hint: Any) -> Any:
        """The hint with every forward reference in it resolved; None stands for its type."""
        if hint is None:
            return type(None)
        if type(hint) is str:
            return self.whole(self.resolve(hint))
        if isinstance(hint, typing.ForwardRef):
            return self.whole(self.resolve(hint.__forward_arg__))
        args = getattr(hint, "__args__", None)
        if type(args) is not tuple or typing.get_origin(hint) is typing.Literal:
            return hint
        if typing.get_origin(hint) is typing.Annotated:
            return typing.Annotated[(self.whole(args[0]), *hint.__metadata__)]
        new = tuple(self._inner(arg, args) for arg in args)
        if all(one is other for one, other in zip(new, args, strict=True)):
            return hint
        if isinstance(hint, types.UnionType):
            return functools.reduce(operator.or_, new)
        if isinstance(hint, types.GenericAlias):
            return types.GenericAlias(typing.cast(type, hint.__origin__), new)
        return hint.copy_with(new)

    def _inner(self, arg: Any, args: tuple[Any, ...]) -> Any:
        return arg if arg is Ellipsis or arg is None else self.whole(arg)

    def of(self, obj: Any, extras: bool = False) -> dict[str, Any]:
        """``typing.get_type_hints``.

        Raises:
            TypeError: the object has no annotations.
        """
        if isinstance(obj, type):
            stored: dict[str, Any] = {}
            for base in reversed(obj.__mro__):
                stored.update(vars(base).get("__annotations__", {}))
        else:
            found = getattr(obj, "__annotations__", None)
            if found is None and not callable(obj):
                raise TypeError(f"{obj!r} is not a module, class, method, or function.")
            stored = dict(found or {})
        hints = {name: self.whole(hint) for name, hint in stored.items()}
        if not extras:
            hints = {name: _plain(hint) for name, hint in hints.items()}
        return hints


def _plain(hint: Any) -> Any:
    """The hint without ``Annotated``, ``Required`` and ``NotRequired``."""
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        return _plain(hint.__origin__)
    if origin in (typing.Required, typing.NotRequired):
        return _plain(hint.__args__[0])
    args = getattr(hint, "__args__", None)
    if type(args) is not tuple or origin is typing.Literal:
        return hint
    new = tuple(_plain(arg) for arg in args)
    if all(one is other for one, other in zip(new, args, strict=True)):
        return hint
    if isinstance(hint, types.UnionType):
        return functools.reduce(operator.or_, new)
    if isinstance(hint, types.GenericAlias):
        return types.GenericAlias(typing.cast(type, hint.__origin__), new)
    return hint.copy_with(new)
