"""Deny by default: what a new Python adds is noticed here before a guest can use it."""

from __future__ import annotations

import ast
import builtins
import types

from sandbox import names, safe_builtins
from sandbox.guards import Guards
from sandbox.interpreter import compilation
from sandbox.interpreter.unit import EXPRESSIONS, PATTERNS, STATEMENTS, SUSPENDED_EXPRESSIONS

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


def test_every_node_of_the_grammar_is_reviewed() -> None:
    assert compilation.COMPILERS
    known = {node.__name__ for table in (EXPRESSIONS, STATEMENTS, SUSPENDED_EXPRESSIONS, PATTERNS) for node in table}
    operators = {node.__name__ for base in (ast.operator, ast.unaryop, ast.cmpop) for node in base.__subclasses__()}
    here = {name for name, node in vars(ast).items() if isinstance(node, type) and issubclass(node, ast.AST)}
    here -= {name for name in here if name.startswith("_")}
    suspended_only = {"AsyncFor", "AsyncWith"}
    assert here - known - operators - PARTS - REFUSED_NODES - suspended_only == set()


def test_every_builtin_is_offered_or_left_out_with_a_reason() -> None:
    offered = {*safe_builtins.PLAIN, *safe_builtins.exceptions()}
    offered |= {
        "getattr",
        "hasattr",
        "setattr",
        "delattr",
        "vars",
        "dir",
        "type",
        "print",
        "open",
        "pow",
        "input",
        "format",
    }
    offered |= {"format", "exit", "quit", "eval", "exec", "globals", "locals"}
    constants = {"True", "False", "None", "__debug__", "_"}
    data = {"__name__", "__doc__", "__package__", "__loader__", "__spec__"}
    assert set(dir(builtins)) - offered - set(safe_builtins.LEFT_OUT) - constants - data == set()


def test_every_introspection_attribute_is_refused_or_a_view() -> None:
    kinds = (
        types.FrameType, types.CodeType, types.TracebackType, types.GeneratorType, types.CoroutineType,
        types.AsyncGeneratorType,
    )  # fmt: skip
    for kind in kinds:
        for name in dir(kind):
            if name.startswith(("f_", "co_", "tb_", "gi_", "cr_", "ag_")):
                assert names.classify(name) == "refused" or name in names.GATED_PUBLIC, name


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
