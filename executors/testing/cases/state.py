"""A session is one namespace that lives from run to run."""

from __future__ import annotations

from sandbox.limits import Limits

from ...base import Executor
from ..case import case, equal, ok


@case()
def variables_stay(executor: Executor) -> None:
    ok(executor.run("x = [1]"))
    ok(executor.run("x.append(2)"))
    equal(ok(executor.run("x")).value, [1, 2])


@case()
def functions_classes_and_imports_stay(executor: Executor) -> None:
    ok(executor.run("import math\ndef f(n):\n    return math.floor(n)\nclass C:\n    k = 2"))
    equal(ok(executor.run("f(2.5) + C.k + math.ceil(0.5)")).value, 5)


@case()
def what_ran_before_an_error_stays(executor: Executor) -> None:
    result = executor.run("y = 1\n1 / 0\ny = 2")
    equal(result.state, "kept")
    equal(ok(executor.run("y")).value, 1)


@case()
def deleted_names_are_gone(executor: Executor) -> None:
    ok(executor.run("z = 1"))
    ok(executor.run("del z"))
    error = executor.run("z").error
    assert error is not None
    equal(error.type, "NameError")


@case()
def a_syntax_error_changes_nothing(executor: Executor) -> None:
    ok(executor.run("x = 1"))
    assert executor.run("x = 2\nx = = 3").error is not None
    equal(ok(executor.run("x")).value, 1)


@case()
def generators_live_across_runs(executor: Executor) -> None:
    ok(executor.run("g = (n * n for n in range(9))\nnext(g)"))
    equal(ok(executor.run("next(g), next(g)")).value, (1, 4))


@case()
def new_and_changed_variables_are_told(executor: Executor) -> None:
    result = ok(executor.run("a = 1\nb = 'x'\n_hidden = 2"))
    equal([(v.name, v.type, v.repr) for v in result.variables], [("a", "int", "1"), ("b", "str", "'x'")])
    result = ok(executor.run("b = 'y'"))
    equal([(v.name, v.repr) for v in result.variables], [("b", "'y'")])


@case()
def sessions_do_not_share(executor: Executor) -> None:
    ok(executor.run("import math\nmath.tau\nx = 1"))
    error = executor.run("never_set").error
    assert error is not None
    equal(error.type, "NameError")


@case()
def a_name_bound_to_what_it_held_is_no_change(executor: Executor) -> None:
    ok(executor.run("a = [1]\nb = 'text'\nc = 12.5\nd = -0.0\ne = True\nf = a"))
    result = ok(executor.run("a = a\nb = 'te' + 'xt'\nc = 25 / 2\nd = 0.0\ne = 1\nf = [1]\nf.append(2)\na.append(3)"))
    equal([v.name for v in result.variables], ["d", "e", "f"])


@case(needs=("rollback",), limits=Limits(wall_s=20, output_bytes=1000))
def a_run_that_reaches_a_limit_is_undone(executor: Executor) -> None:
    ok(executor.run("x = [1]\nwith open('a.txt', 'w') as f:\n    _ = f.write('before')"))
    result = executor.run("x.append(2)\nwith open('a.txt', 'w') as f:\n    pass\nprint('y' * 2000)\nwhile True: pass")
    assert result.error is not None
    equal((result.error.kind, result.state, result.variables, result.artifacts), ("limit", "rolled_back", (), ()))
    equal(ok(executor.run("x, open('a.txt').read()")).value, ([1], "before"))
