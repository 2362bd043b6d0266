"""Deny by default: what a new Python adds is noticed here before a guest can use it."""

from __future__ import annotations

import ast
import builtins
import types
from collections.abc import Callable, Iterable, Mapping

import pytest

from sandbox import names, safe_builtins
from sandbox.errors import PolicyViolation
from sandbox.guards import Guards
from sandbox.interpreter import compilation
from sandbox.interpreter.expressions import BINARY, COMPARE, UNARY
from sandbox.interpreter.unit import EXPRESSIONS, PATTERNS, STATEMENTS, SUSPENDED_EXPRESSIONS
from tests.engines.conftest import Bench

# Parts of other nodes, abstract classes and the deprecated forms that ast.parse no longer makes.
PARTS = {
    "AST", "mod", "stmt", "expr", "pattern", "expr_context", "boolop", "operator", "unaryop", "cmpop", "excepthandler",
    "type_ignore", "type_param", "slice", "Module", "Expression", "Interactive", "FunctionType", "TypeIgnore", "Suite",
    "ExceptHandler", "arguments", "arg", "keyword", "alias", "withitem", "match_case", "comprehension", "Load", "Store",
    "Del", "AugLoad", "AugStore", "Param", "Starred", "MatchStar", "And", "Or", "Not", "TypeVar", "ParamSpec",
    "TypeVarTuple", "Num", "Str", "Bytes", "NameConstant", "Ellipsis", "Index", "ExtSlice",
}  # fmt: skip
# Reviewed and refused, with the reason in the table of refusals.
REFUSED_NODES = {"TemplateStr", "Interpolation"}


# Public names of frames, code objects, tracebacks, generators, coroutines and async generators. All that begin with
# the prefix of their kind are refused or views; the others are these, and plain.
PREFIXES = ("f_", "co_", "tb_", "gi_", "cr_", "ag_")
LOOKED_AT = set(
    """
    f_back f_builtins f_code f_globals f_lasti f_lineno f_locals f_trace f_trace_lines f_trace_opcodes
    co_argcount co_cellvars co_code co_consts co_exceptiontable co_filename co_firstlineno co_flags co_freevars
    co_kwonlyargcount co_lines co_linetable co_lnotab co_name co_names co_nlocals co_positions co_posonlyargcount
    co_qualname co_stacksize co_varnames
    tb_frame tb_lasti tb_lineno tb_next
    gi_code gi_frame gi_running gi_suspended gi_yieldfrom cr_await cr_code cr_frame cr_origin cr_running cr_suspended
    ag_await ag_code ag_frame ag_running ag_suspended
    aclose asend athrow clear close replace send throw
    """.split()
)
KINDS = (
    types.FrameType, types.CodeType, types.TracebackType, types.GeneratorType, types.CoroutineType,
    types.AsyncGeneratorType,
)  # fmt: skip


# What names.py refuses by name, once more: a name that is lost there is missed here.
NEVER = set(
    """
    __builtins__ __globals__ __subclasses__ __loader__ __spec__ __import__ __getattribute__ __reduce__ __reduce_ex__
    __getstate__ __setstate__ __getnewargs__ __getnewargs_ex__ __getinitargs__ __del__ __prepare__ __weakref__ __path__
    __package__ __cached__ __build_class__ __objclass__ __text_signature__ __signature__ __buffer__ __release_buffer__
    __thisclass__ __self_class__ __debug__ __basicsize__ __itemsize__ __dictoffset__ __flags__ __weakrefoffset__
    __array_interface__ __array_struct__
    _abc_impl _abc_registry _abc_cache _abc_negative_cache _abc_negative_cache_version _is_protocol
    _is_runtime_protocol _unhashable_values_ _unhashable_values_map_ _hashable_values_ _use_args_ _new_member_
    _generate_next_value_ _sort_order_ _numeric_repr_
    """.split()
)


def unreviewed_nodes(grammar: Mapping[str, object]) -> set[str]:
    """The kinds of nodes in ``ast``, or what stands for it, that no compiler and no decision knows."""
    known = {node.__name__ for table in (EXPRESSIONS, STATEMENTS, SUSPENDED_EXPRESSIONS, PATTERNS) for node in table}
    known |= {node.__name__ for table in (BINARY, COMPARE, UNARY) for node in table}
    here = {name for name, node in grammar.items() if isinstance(node, type) and issubclass(node, ast.AST)}
    suspended_only = {"AsyncFor", "AsyncWith"}
    return {name for name in here if name[0] != "_"} - known - PARTS - REFUSED_NODES - suspended_only


def unreviewed_builtins(names: Iterable[str]) -> set[str]:
    """The builtins that are neither offered nor left out with a reason."""
    offered = {*safe_builtins.PLAIN, *safe_builtins.exceptions()}
    offered |= set("getattr hasattr setattr delattr vars dir type print open pow input format exit quit".split())
    offered |= set("eval exec globals locals".split())
    constants = {"True", "False", "None", "__debug__", "_"}
    data = {"__name__", "__doc__", "__package__", "__loader__", "__spec__"}
    return {*names} - offered - set(safe_builtins.LEFT_OUT) - constants - data


def unreviewed_attributes(kinds: Iterable[type]) -> set[str]:
    """The public attributes of the interpreter's own objects that nobody looked at."""
    return {name for kind in kinds for name in dir(kind) if name[0] != "_"} - LOOKED_AT


def test_every_node_of_the_grammar_is_reviewed() -> None:
    assert compilation.compile_block  # importing it brings all compilers
    assert unreviewed_nodes(vars(ast)) == set()


def test_every_builtin_is_offered_or_left_out_with_a_reason() -> None:
    assert unreviewed_builtins(dir(builtins)) == set()


def test_every_introspection_attribute_is_reviewed_and_refused_or_a_view() -> None:
    assert unreviewed_attributes(KINDS) == set()
    for name in LOOKED_AT:
        if name.startswith(PREFIXES):
            assert names.classify(name) == "refused" or name in names.GATED_PUBLIC, name


@pytest.mark.parametrize("name", sorted(NEVER))
def test_a_name_that_leads_out_is_refused_wherever_it_stands(name: str, bench: Callable[..., Bench]) -> None:
    assert names.classify(name) == "refused"
    assert names.may_define(name) == (not names.is_dunder(name))
    for code in (f"found = object().{name}", f"getattr(1, {name!r}, 2)"):
        error = bench().run(code).error
        assert isinstance(error, PolicyViolation)
        assert error.code == "HC101", code


def test_what_a_new_python_adds_is_noticed() -> None:
    class Frozen(ast.stmt):
        """A statement of tomorrow."""

    class Pipe(ast.operator):
        """An operator of tomorrow."""

    class Generator:
        gi_owner = None

        def rewind(self) -> None:
            """A method of tomorrow."""

    assert unreviewed_nodes({**vars(ast), "Frozen": Frozen, "Pipe": Pipe}) == {"Frozen", "Pipe"}
    assert unreviewed_builtins([*dir(builtins), "attach"]) == {"attach"}
    assert unreviewed_attributes([*KINDS, Generator]) == {"gi_owner", "rewind"}


def test_every_special_attribute_of_builtin_types_is_decided() -> None:
    kinds = (
        object,
        type,
        int,
        str,
        list,
        dict,
        types.FunctionType,
        types.MethodType,
        types.GeneratorType,
        BaseException,
    )
    decided = names.SPECIAL_METHODS | names.HOOKS | names.READABLE | names.REFUSED
    undecided = {name for kind in kinds for name in dir(kind) if names.is_dunder(name)} - decided
    for name in undecided:
        assert names.classify(name) == "special"
        assert not names.may_define(name), name
    assert Guards.load_special
