"""What the policy lets in comes in; what it does not is told with a code."""

from __future__ import annotations

from sandbox.policy import Policy

from ...base import Executor
from ..case import case, equal, ok


@case()
def allowed_modules(executor: Executor) -> None:
    source = (
        "import math, json as j\nfrom collections import Counter, defaultdict\nfrom datetime import timedelta\n"
        "import os.path\nmath.gcd(12, 18), j.loads('[1]'), Counter('aab')['a'], os.path.join('a', 'b')"
    )
    equal(ok(executor.run(source)).value, (6, [1], 2, "a/b"))


@case()
def uncaught_refusal_is_a_violation(executor: Executor) -> None:
    error = executor.run("x = 1\nimport socket").error
    assert error is not None
    equal((error.kind, error.type, error.code, error.line), ("policy", "ImportError", "HC201", 2))
    equal(error.recovery, "rewrite")
    assert "socket" in error.message, error.message


@case()
def caught_refusal_is_an_event_only(executor: Executor) -> None:
    result = ok(executor.run("try:\n    import socket\nexcept ImportError:\n    socket = None\nsocket"))
    equal(result.value, None)
    assert [e.data.get("module", e.data.get("name")) for e in result.events if e.type == "import.refused"] == ["socket"]


@case()
def missing_module_reads_like_a_refusal(executor: Executor) -> None:
    error = executor.run("import no_such_module_anywhere").error
    assert error is not None
    equal((error.kind, error.type), ("policy", "ImportError"))


@case(policy=Policy.strict())
def strict_policy_has_no_os(executor: Executor) -> None:
    equal(ok(executor.run("import math\nmath.floor(1.5)")).value, 1)
    error = executor.run("import os").error
    assert error is not None
    equal((error.kind, error.code), ("policy", "HC201"))


@case(policy=Policy(imports=("math",)))
def imports_are_matched_by_component(executor: Executor) -> None:
    equal(ok(executor.run("import math\n1")).value, 1)
    for name in ("mathx", "cmath", "json"):
        error = executor.run(f"import {name}").error
        assert error is not None, name
        equal(error.kind, "policy")


@case(engines="guarded")
def dunder_import_is_no_way_round(executor: Executor) -> None:
    for source in ("__import__('socket')", "import importlib\nimportlib.import_module('socket')"):
        error = executor.run(source).error
        assert error is not None, source
        equal(error.kind, "policy")


@case(engines="guarded")
def attribute_to_the_interpreter_is_a_violation(executor: Executor) -> None:
    for source in (
        "().__class__.__subclasses__()",
        "(lambda: 0).__globals__",
        "'{0.__init__.__globals__}'.format(min)",
    ):
        result = executor.run(source)
        assert result.error is not None, source
        equal(result.error.kind, "policy")


@case(engines="guarded")
def swallowed_violation_is_still_the_outcome(executor: Executor) -> None:
    error = executor.run("try:\n    ().__class__.__subclasses__()\nexcept BaseException:\n    pass\n5").error
    assert error is not None
    equal(error.kind, "policy")
    assert error.code.startswith("HC"), error.code
