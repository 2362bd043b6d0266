"""Which tests cannot be guests: rules on the names that a test, or code it needs, uses. Never on the test's own name.

Each row is a name that the engine refuses for the reason given, or something of CPython's that is not language.
Kinds: ``path`` a dotted name as imported (it and everything below it), ``builtin`` a name of the builtins,
``attribute`` of anything, ``store`` of an attribute of anything, ``definition`` in a class body, ``construct`` a form
that ``uses`` recognises.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from .uses import Uses

KINDS = ("path", "builtin", "attribute", "store", "definition", "construct")


@dataclasses.dataclass(frozen=True)
class Rule:
    """One excluded name and why."""

    kind: str
    name: str
    why: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


UNOFFERED_METHODS = ("set_exception_handler",)
"""Public names that a reviewed object of the library does not offer."""


def _rules(kind: str, why: str, names: str) -> Iterator[Rule]:
    return (Rule(kind, name, why) for name in names.split())


RULES: tuple[Rule, ...] = (
    *_rules("path", "pickled data can call anything while it is read", "pickle copyreg"),
    *_rules("path", "guest code runs in one thread", "threading _thread test.support.threading_helper"),
    *_rules("path", "the collector works for the whole process", "gc test.support.refcount_test"),
    *_rules(
        "path",
        "it tests CPython's C API",
        "_testcapi _testlimitedcapi _testinternalcapi _testmultiphase xxsubtype _io ctypes",
    ),
    *_rules(
        "path",
        "it leads to interpreter internals",
        """dis opcode inspect.currentframe inspect.Attribute types.DynamicClassAttribute
        types.MemberDescriptorType""",
    ),
    *_rules("path", "guests import reviewed modules only", "ast errno pydoc test.typinganndata test.test_dataclasses"),
    *_rules("path", "it starts another Python", "subprocess test.support.script_helper"),
    *_rules(
        "path",
        "it reads or changes the state of the whole process",
        """sys.getrefcount sys.gettrace sys.settrace sys.setprofile sys.modules sys._getframe sys.unraisablehook
        sys.setswitchinterval sys.flags sys.set_coroutine_origin_tracking_depth sys.get_coroutine_origin_tracking_depth
        sys.get_asyncgen_hooks sys.set_asyncgen_hooks sys.set_int_max_str_digits sys.excepthook sys.__excepthook__
        test.support.catch_unraisable_exception test.support.suppress_immortalization test.support.SuppressCrashReport
        warnings._warn_unawaited_coroutine warnings._showwarnmsg warnings.filters enum.global_enum enum.global_enum_repr
        enum.global_flag_repr enum.global_str""",
    ),
    *_rules("path", "it measures the layout of objects", "test.support.check_sizeof test.support.calcobjsize"),
    *_rules("path", "it hands out modules", "builtins importlib imp pkgutil"),
    *_rules("builtin", "text is not compiled at run time", "compile"),
    *_rules("builtin", "it hands out modules", "__import__"),
    *_rules("builtin", "guest code is no file", "__file__"),
    *_rules("builtin", "it is the interpreter's own switch", "__debug__"),
    *_rules("path", "a code object made by hand", "types.CodeType"),
    *_rules("path", "a proxy forwards attributes past the gate", "weakref.proxy"),
    *_rules("path", "a callback would run at a moment nobody reviewed", "weakref.finalize"),
    *_rules(
        "path",
        "it is a private name of the library's module",
        """contextlib._GeneratorContextManager enum._is_dunder enum._is_descriptor enum._is_private enum._is_sunder
        enum._iter_bits_lsb enum.bin enum._simple_enum enum._test_simple_enum functools._CacheInfo functools._c3_mro
        itertools._grouper functools._compose_mro collections._count_elements dataclasses._is_type
        test.support.check__all__
        test.support.import_helper.ready_to_import""",
    ),
    *_rules(
        "attribute",
        "it is a private name of the library",
        """_new_member_ _convert_ _value_repr_ _exit_callbacks _vformat _CacheInfo _heappop_max _heapify_max
        _heapreplace_max""",
    ),
    *_rules("store", "the hierarchy of classes is not changed", "__bases__"),
    *_rules("attribute", "only reviewed methods of the event loop are offered", " ".join(UNOFFERED_METHODS)),
    *_rules("path", "it opens files past the /cell directory", "tempfile.mktemp"),
    *_rules(
        "attribute",
        "it leads to frames, code objects and tracebacks",
        """tb_frame tb_next tb_lineno tb_lasti f_back f_code f_locals f_globals f_lineno gi_frame gi_code gi_yieldfrom
        gi_running gi_suspended cr_frame cr_code cr_await cr_running cr_suspended cr_origin ag_frame ag_code ag_await
        ag_running ag_suspended co_flags co_code co_consts co_names co_positions co_lines co_filename co_cellvars""",
    ),
    *_rules("attribute", "it leads to the module's own names", "__globals__ __builtins__ __loader__ __spec__"),
    *_rules("attribute", "it names classes that nobody reviewed", "__subclasses__"),
    *_rules(
        "attribute",
        "pickling and copying ask for it at a moment nobody reviewed",
        """__reduce__ __reduce_ex__ __getstate__ __setstate__ __getnewargs__ __getnewargs_ex__""",
    ),
    *_rules("attribute", "it reads any attribute past the gate", "__getattribute__"),
    *_rules(
        "attribute",
        "it tells of the layout of objects or of how C code sees them",
        """__weakref__ __objclass__ __basicsize__ __itemsize__ __dictoffset__ __weakrefoffset__ __flags__
        __text_signature__ __thisclass__ __self_class__""",
    ),
    *_rules("definition", "host code would run it at a moment nobody reviewed", "__del__ __prepare__ __getattribute__"),
    *_rules(
        "definition",
        "pickling and copying run it at a moment nobody reviewed",
        """__reduce__ __reduce_ex__ __getstate__ __setstate__ __getnewargs__ __getnewargs_ex__""",
    ),
    *_rules("definition", "the interpreter and the library trust it", "__class__ __dict__"),
    Rule("construct", "__dict__.items()", "it reads all that classes have, the names that the gate refuses among it"),
    Rule("construct", "lines of the library in a traceback", "tracebacks show the guest's own lines only"),
    Rule("construct", "module file of the tests", "guests import reviewed modules only"),
    Rule("construct", "import_fresh_module(blocked=...)", "guests have one copy of a module, not a second pure one"),
)


def matching(uses: Uses) -> list[str]:
    """The rules that exclude a program, in words."""
    return [str(rule) for rule in RULES if _matches(rule, uses)]


def _matches(rule: Rule, uses: Uses) -> bool:
    if rule.kind == "path":
        return any(path == rule.name or path.startswith(f"{rule.name}.") for path in uses.paths)
    found = {
        "builtin": uses.builtins,
        "attribute": uses.attributes,
        "store": uses.stores,
        "definition": uses.definitions,
        "construct": uses.constructs,
    }[rule.kind]
    return rule.name in found
