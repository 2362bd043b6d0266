"""``DataFrame.query`` and ``DataFrame.eval``: pandas evaluates an expression only after every part of it is reviewed.

Invariants: what pandas parses has only columns, constants, operators, and methods of ATTRIBUTES; ``@name`` reads a
global variable of the guest's, and only where the guest's code stands at module level, since that of a function
would be another one; pandas never looks into our own frames.
"""

from __future__ import annotations

import ast
import re
from typing import Any

from .runtime import Runtime
from .spec import words

ATTRIBUTES = frozenset(
    words(
        """abs between capitalize contains count date day dayofweek dayofyear days day_name dt endswith eq fillna ge gt
        hour index isdigit isin isna isnull le len lower lt max mean median min minute mode month month_name ne
        notna notnull nunique quantile quarter replace round second seconds startswith std str strip sum title
        upper var weekday year"""
    )
)
_MATHEMATICS = frozenset(
    words(
        """abs arccos arccosh arcsin arcsinh arctan arctan2 arctanh ceil cos cosh exp expm1 floor log log10 log1p sin
        sinh sqrt tan tanh"""
    )
)
_NODES = (
    ast.Expression, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Name, ast.Constant, ast.List, ast.Tuple,
    ast.Attribute, ast.Call, ast.keyword, ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop,
)  # fmt: skip
_QUOTED = re.compile(r"`([^`'\"#\\\n]*)`")
_LOCAL = re.compile(r"@\s*([^\W\d]\w*)")
_ASSIGNED = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)")


def _check(runtime: Runtime, text: str) -> set[str]:
    """Refuse what is not reviewed in one expression; the names of the guest's variables in it."""
    shown = _QUOTED.sub("quoted_column", text)
    if "`" in shown:
        runtime.refuse("HC202", "pandas: quotes inside a quoted column name of a query")
    variables = set(_LOCAL.findall(shown))
    tree = ast.parse(_LOCAL.sub(r"local_\1", shown).strip(), mode="eval")
    for node in ast.walk(tree):
        if not isinstance(node, _NODES):
            runtime.refuse("HC202", f"pandas: {type(node).__name__} in a query")
        if isinstance(node, ast.Attribute) and node.attr not in ATTRIBUTES:
            runtime.refuse("HC202", f"pandas: the attribute {node.attr!r} in a query")
        if isinstance(node, ast.Name) and node.id.startswith("__"):
            runtime.refuse("HC101", f"the name {node.id!r} in a query")
        if isinstance(node, ast.Call) and not isinstance(node.func, ast.Attribute):
            if not isinstance(node.func, ast.Name) or node.func.id not in _MATHEMATICS:
                runtime.refuse("HC202", "pandas: calling this function in a query")
    return variables


def _variables(runtime: Runtime, wanted: set[str]) -> dict[str, object]:
    """The guest's global variables of these names."""
    if wanted and runtime.position()[2] != "<module>":
        runtime.refuse("HC202", "pandas: '@name' in a query inside a function (write a condition on the columns)")
    return {name: runtime.namespace[name] for name in wanted if name in runtime.namespace}


def _evaluated(runtime: Runtime, native: Any, expr: Any, assigns: bool, options: dict[str, Any]) -> Any:
    if type(expr) is not str:
        raise ValueError(f"expr must be a string to be evaluated, {type(expr)} given")
    left = set(options) - {"inplace", "engine", "parser"}
    if left or options.pop("parser", "pandas") != "pandas" or options.pop("engine", None) not in (None, "python"):
        runtime.refuse("HC202", "pandas: options of query() and eval() beyond inplace=")
    wanted: set[str] = set()
    for line in expr.splitlines():
        target = _ASSIGNED.match(line) if assigns else None
        wanted |= _check(runtime, line[target.end() :] if target else line) if line.strip() else set()
    variables = _variables(runtime, wanted)
    return native(expr, **options, engine="python", local_dict=variables, global_dict={})


def query(runtime: Runtime, value: Any, native: Any) -> Any:
    """``DataFrame.query`` for guests."""

    def call(expr: Any, **options: Any) -> Any:
        return _evaluated(runtime, native, expr, False, options)

    return call


def evaluate(runtime: Runtime, value: Any, native: Any) -> Any:
    """``DataFrame.eval`` for guests."""

    def call(expr: Any, **options: Any) -> Any:
        return _evaluated(runtime, native, expr, True, options)

    return call
