"""Identifiers by what they open: the static half of the attribute gate, shared by the guarded engines.

Invariants: deny by default. A name with two leading underscores is usable only when a table here says so; every
introspection attribute of the running Python (frames, code, tracebacks, generators, coroutines) is refused by its
exact name, so that a guest's own ``f_score`` stays legal.
"""

from __future__ import annotations

import types
from typing import Literal

from .sized import SIZED_METHODS
from .views import VIEW_NAMES

NameClass = Literal["plain", "private", "special", "refused"]

INTROSPECTION: frozenset[str] = frozenset(
    name
    for kind in (
        types.FrameType,
        types.CodeType,
        types.TracebackType,
        types.GeneratorType,
        types.CoroutineType,
        types.AsyncGeneratorType,
    )
    for name in dir(kind)
    if name.startswith(("f_", "co_", "tb_", "gi_", "cr_", "ag_"))
) | frozenset({"gi_suspended", "cr_suspended", "ag_suspended", "f_generator", "ag_origin", "cr_origin"})

SPECIAL_METHODS: frozenset[str] = frozenset(
    f"__{name}__"
    for name in """abs add aenter aexit aiter and anext await bool bytes call ceil complex contains copy deepcopy
    delete delitem dir divmod enter eq exit float floor floordiv format fspath ge get getattr getitem gt hash iadd
    iand ifloordiv ilshift imatmul imod imul index init init_subclass instancecheck int invert ior ipow irshift isub
    iter itruediv ixor le len length_hint lshift lt matmul missing mod mro_entries mul ne neg new next or
    pos post_init pow radd rand rdivmod repr reversed rfloordiv rlshift rmatmul rmod rmul ror round rpow rrshift
    rshift rsub rtruediv rxor set set_name setitem sizeof str sub subclasshook subclasscheck truediv trunc xor
    class_getitem replace""".split()
)
"""Special methods that a guest class may define and guest code may read on anything."""

HOOKS: frozenset[str] = frozenset({"__setattr__", "__delattr__"})
"""Special methods that a guest class may define; read, they come guarded."""

IDENTITY: frozenset[str] = frozenset({"__eq__", "__hash__"})
"""Refused in metaclasses: classes are told apart by identity."""

CLASS_DATA: frozenset[str] = frozenset(
    f"__{name}__"
    for name in """slots match_args doc module qualname annotations name
    all version author test
    static_attributes firstlineno type_params annotate annotate_func classcell classdict classdictcell
    conditional_annotations
    orig_bases parameters abstractmethods total""".split()
)
"""Data that a class body may bind: what the language gives a meaning, what modules customarily hold, what compilers
of newer Pythons put there, what ``typing`` and ``abc`` keep."""

READABLE: frozenset[str] = frozenset(
    f"__{name}__"
    for name in """name qualname doc module slots match_args static_attributes
    class dict mro bases base orig_bases annotations members abstractmethods isabstractmethod
    dataclass_fields dataclass_params required_keys optional_keys readonly_keys mutable_keys total final override
    code closure defaults kwdefaults type_params wrapped self func
    cause context suppress_context notes traceback
    args origin parameters metadata unpacked forward_arg supertype value
    constraints bound covariant contravariant infer_variance default
    all version author file test stdout stderr""".split()
)
"""Dunders that guests may read: of classes, of what dataclasses, typing and abc note on classes, of functions, of
exceptions, of generic aliases, of type parameters, of modules. ``readers`` looks at those that could lead out."""

REFUSED: frozenset[str] = frozenset(
    f"__{name}__"
    for name in """builtins globals subclasses loader spec import getattribute reduce reduce_ex getstate
    setstate getnewargs getnewargs_ex getinitargs del prepare weakref path package cached build_class
    objclass text_signature signature buffer release_buffer thisclass self_class debug
    basicsize itemsize dictoffset flags weakrefoffset array_interface array_struct""".split()
)
"""Names refused wherever a guest writes them: they lead to modules, other classes, the layout of objects or raw memory,
or host code runs them at a moment nobody reviewed."""

GATED_PUBLIC: frozenset[str] = (
    frozenset(
        "format format_map groupindex keywords mro obj register fget fset fdel readinto readinto1 pack_into".split()
    )
    | VIEW_NAMES
    | set(SIZED_METHODS)
)
"""Public attribute names that need a look at the object first."""

NATIVE_PRIVATE: frozenset[str] = frozenset(
    """_abc_impl _abc_registry _abc_cache _abc_negative_cache _abc_negative_cache_version _is_protocol
    _is_runtime_protocol _member_map_ _value2member_map_ _unhashable_values_ _unhashable_values_map_ _hashable_values_
    _use_args_ _member_type_ _new_member_ _generate_next_value_ _sort_order_ _flag_mask_ _singles_mask_ _all_bits_
    _inverted_ _boundary_ _numeric_repr_""".split()
)
"""Private names that reviewed base classes bring along; a guest class may define the enum ones but not read them."""

ENUM_DATA: frozenset[str] = frozenset(
    "_all_bits_ _boundary_ _flag_mask_ _inverted_ _member_map_ _member_type_ _singles_mask_ _value2member_map_".split()
)
"""Names among them that guests may read of an enumeration."""

NAMED_TUPLE_PRIVATE: frozenset[str] = frozenset({"_fields", "_make", "_asdict", "_replace", "_field_defaults"})
READABLE_PRIVATE: frozenset[str] = NAMED_TUPLE_PRIVATE | {
    "_value_", "_name_", "_missing_", "_member_names_", "_ignore_", "_order_", "_hash", "_from_iterable"
}  # fmt: skip
"""Underscored names that are documented parts of namedtuple, enum and collections.abc.Set."""


def is_dunder(name: str) -> bool:
    """Whether the name has the form ``__x__``."""
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


def classify(name: str) -> NameClass:
    """How an attribute of this name is reached: plainly, through the private or the special gate, or not at all."""
    if name[0] != "_":
        if name in GATED_PUBLIC:
            return "special"
        return "refused" if name in INTROSPECTION else "plain"
    if name in ENUM_DATA:
        return "special"
    if name in REFUSED or name in NATIVE_PRIVATE:
        return "refused"
    return "special" if is_dunder(name) else "private"


def may_define(name: str) -> bool:
    """Whether a guest class body may bind this name."""
    if not is_dunder(name):
        return True
    if name in REFUSED or name in _LIBRARY_KEPT:
        return False
    return name in SPECIAL_METHODS or name in HOOKS or name in CLASS_DATA or name not in _MEANINGFUL


_LIBRARY_KEPT = frozenset({"__class__", "__dict__", "__dataclass_fields__", "__dataclass_params__"})
"""What the interpreter or the library binds, and what their code then trusts."""

_MEANINGFUL: frozenset[str] = frozenset(
    name
    for kind in (
        object, type, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range, slice,
        property, classmethod, staticmethod, super, BaseException, BaseExceptionGroup, ImportError, memoryview,
        types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.ModuleType, types.GeneratorType,
        types.CoroutineType, types.AsyncGeneratorType, types.FrameType, types.CodeType, types.TracebackType,
        types.GenericAlias, types.UnionType, types.MappingProxyType, types.SimpleNamespace, types.CellType,
    )
    for name in dir(kind)
) | REFUSED  # fmt: skip
