"""inspect: signatures and questions about guest objects.

Invariants: a Signature evaluates no text; nothing here returns a frame, source file, module or closure.
"""

from __future__ import annotations

import enum
import inspect as _inspect
import types
from collections.abc import Mapping
from typing import Any

from .module import Facade
from .rebinding import rebound
from .runtime import Runtime
from .spec import Spec, because, words


def _from_text(cls: Any, obj: Any, text: str, *options: Any) -> Any:
    """The library evaluates names in the text over the host's modules: trusted for what C code says of itself only."""
    trusted = issubclass(type(obj), (type, *_NATIVE))  # what a mock claims to be is not enough
    if issubclass(type(obj), enum.EnumType) and type(text) is str and text in _OF_ENUMERATIONS:
        return _inspect._signature_fromstr(cls, obj, text, *options)  # type: ignore[attr-defined]
    if not trusted or (isinstance(obj, type) and obj.__flags__ & _HEAP_TYPE):
        raise ValueError(f"no signature found for {obj!r}")
    return _inspect._signature_fromstr(cls, obj, text, *options)  # type: ignore[attr-defined]


def _is_native(obj: Any) -> bool:
    """The library looks for the object in ``(type, object)``, which shows both to a guest's ``__eq__``."""
    native = isinstance(obj, _NATIVE) or _inspect.isbuiltin(obj) or _inspect.ismethoddescriptor(obj)
    return native or any(obj is each for each in (type, object))


def _of_enumerations() -> tuple[str, ...]:
    """What the library says of its enumerations, of those with members and of those without."""
    tell: Any = getattr(enum.EnumType, "__signature__", None) or vars(enum.Enum).get("__signature__")
    tell = getattr(tell, "__func__", tell)
    return (tell(enum.Enum), tell(enum.FlagBoundary)) if tell is not None else ()


_OF_ENUMERATIONS = _of_enumerations()
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE of CPython's object.h
_NATIVE = (
    types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType, types.MethodWrapperType,
    types.ClassMethodDescriptorType,
)  # fmt: skip
_SAFE = rebound(
    _inspect,
    ("_signature_from_callable", "_signature_from_builtin"),
    {"_signature_fromstr": _from_text, "_signature_is_builtin": _is_native},
)


class Signature(_inspect.Signature):
    """``inspect.Signature`` that evaluates no annotation text."""

    __slots__ = ()

    @classmethod
    def from_callable(cls, obj: Any, *, follow_wrapped: bool = True, **options: Any) -> Signature:
        """The signature of a callable.

        Raises:
            TypeError: ``eval_str`` was asked for.
        """
        if options.pop("eval_str", False):
            raise TypeError("eval_str=True evaluates text; use typing.get_type_hints()")
        plain = _SAFE["_signature_from_callable"](obj, sigcls=_inspect.Signature, follow_wrapper_chains=follow_wrapped)
        return cls(list(plain.parameters.values()), return_annotation=plain.return_annotation)


Signature.__module__ = "inspect"


def _build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def signature(obj: Any, *, follow_wrapped: bool = True, **options: Any) -> Signature:
        return Signature.from_callable(obj, follow_wrapped=follow_wrapped, eval_str=options.get("eval_str", False))

    def getdoc(obj: Any) -> str | None:
        doc = runtime.getattr(obj, "__doc__", None)
        return real.cleandoc(doc) if isinstance(doc, str) else None

    def isclass(obj: object) -> bool:
        return isinstance(obj, type)

    def getmro(cls: Any) -> Any:
        return runtime.getattr(cls, "__mro__")

    def ismodule(object: object) -> bool:
        return type(object) is Facade

    made = (Signature, signature, getdoc, getmro, isclass, ismodule)
    return {one.__name__: one for one in made}


SPECS = (
    Spec(
        name="inspect",
        names=words(
            """BoundArguments Parameter cleandoc isabstract isasyncgen isasyncgenfunction isawaitable isbuiltin
            iscoroutine iscoroutinefunction isdatadescriptor isfunction isgenerator isgeneratorfunction ismethod
            isroutine"""
        ),
        own=words("Signature getdoc getmro isclass ismodule signature"),
        results=words("_ParameterKind _empty"),
        left_out=because(
            attributes="getmembers getmembers_static getattr_static classify_class_attrs unwrap Attribute",
            internals="""ArgInfo Arguments BlockFinder CO_* CORO_* ClassFoundException ClosureVars EndOfBlock FrameInfo
                FullArgSpec GEN_* AGEN_* BufferFlags TPFLAGS_IS_ABSTRACT Traceback currentframe formatannotation*
                formatargvalues getargs getargvalues getasyncgen* getcallargs getclosurevars getcoroutine*
                getframeinfo getfullargspec getgenerator* getinnerframes getlineno getmodule getouterframes stack
                trace iscode isframe istraceback isgetsetdescriptor ismemberdescriptor ismethoddescriptor
                ismethodwrapper markcoroutinefunction""",
            files="""findsource getabsfile getblock getcomments getfile getmodulename getsource getsourcefile
                getsourcelines indentsize""",
            classes="getclasstree walktree",
            compile="get_annotations",
        ),
        build=_build,
    ),
)
