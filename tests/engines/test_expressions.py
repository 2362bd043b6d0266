"""Nested expressions over objects that note every operation: the engine does what CPython does, in the same order."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.conftest import Bench

TRACED = """
class T:
    def __init__(self, n): self.n = n
    def note(self, what, other=None):
        log.append((what, self.n, getattr(other, "n", other)))
        if (self.n * 7 + len(log)) % 37 == 0: raise ValueError(what)
        return T((self.n * 3 + len(what)) % 11)
    def __add__(self, o): return self.note("+", o)
    def __mul__(self, o): return self.note("*", o)
    def __rmul__(self, o): return self.note("r*", o)
    def __mod__(self, o): return self.note("%", o)
    def __pow__(self, o): return self.note("**", o)
    def __lshift__(self, o): return self.note("<<", o)
    def __lt__(self, o): return self.note("<", o)
    def __getitem__(self, o): return self.note("[]", o)
    def __call__(self, *a, **k): return self.note("()", len(a) + len(k))
    def __neg__(self): return self.note("-")
    def __bool__(self): log.append(("bool", self.n)); return self.n % 2 == 0
    def __iter__(self): log.append(("iter", self.n)); return iter([T(1), T(self.n)])
    def __repr__(self): return f"T{self.n}"
    def m(self, *a): return self.note("m", len(a))
    def _p(self, *a): return self.note("_p", len(a))
    @property
    def x(self): return self.note(".x")
log = []
g = T(2)
def show(f):
    log.clear()
    try: print(f(T(7), T(8), T(9)))
    except Exception as error: print(type(error).__name__, error)
    print(log)
"""
LEAVES = st.sampled_from(["a", "b", "c", "g", "2", "u", "d", "'s'", "[a, b]"])
FORMS = (
    "({0} + {1})", "({0} * {1})", "({0} % {1})", "({0} ** {1})", "({0} << {1})", "({0} * {1} * {2})",
    "(({0} * {1}) * ({1} % {2}))", "(({0} << {1}) ** ({2} * {0}))", "({0} < {1})",
    "({0} < {1} < {2})", "({0} and {1} or {2})", "({0} or {1})", "({0} if {1} else {2})", "(not {0})", "(-{0})",
    "a[{0}]", "b[{0}:{1}]", "({0}).x", "({0}).m({1}, {2})", "({0})._p({1})", "a({0}, *[{1}], k={2})", "b({0}, {1})",
    "[{0}, {1}]", "({0}, *({1},), {2})", "[{0} for q in a if {1}]", "(w := {0})", "(lambda a: {0})({1})",
)  # fmt: skip


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def filled(form: str, parts: list[str]) -> str:
        for number, part in enumerate(parts):
            form = form.replace(f"{{{number}}}", part)
        return form

    return st.builds(filled, st.sampled_from(FORMS), st.lists(inner, min_size=3, max_size=3))


EXPRESSIONS = st.recursive(LEAVES, nested, max_leaves=12)
STATEMENTS = st.sampled_from(
    ["return {e}", "if {e}: return 1\n    return 2", "x = [a, b]\n    x[0] *= {e}\n    return x",
     "a.y = {e}\n    return a.y", "a *= {e}\n    return a", "while {e}: return 1",
     "return [y for y in [{e}]]", "assert {e}, {e}"]
)  # fmt: skip


@st.composite
def functions(draw: st.DrawFn) -> str:
    body = draw(STATEMENTS).replace("{e}", draw(EXPRESSIONS))
    bound = draw(st.sampled_from(["", "u = 1\n    ", "u = 1\n    if g.n == 2: d = T(6)\n    "]))
    return f"def f(a, b, c):\n    {bound}{body}\nshow(f)\n"


@settings(max_examples=200, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(functions())
def test_nested_expressions_do_what_cpython_does(bench: Callable[..., Bench], function: str) -> None:
    cell = bench()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome = cell.run(TRACED + function)
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(TRACED + function, "<cell 1>", "exec"), {"__name__": "__main__"})
    assert (outcome.error, cell.stdout.getvalue()) == (None, printed.getvalue())
