"""unittest: test cases, suites and text runners over guest classes.

Invariants: tests are loaded from classes, never by module name; results show guest lines only; log and warning
assertions look at the guest's own loggers and filters.
"""

from __future__ import annotations

import re
import types
import unittest as _unittest
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NoReturn

from .gadgets import check_identifier, marks_guests
from .guest_module import GuestModule
from .runtime import Runtime
from .spec import words


def _facade(runtime: Runtime, name: str) -> Any:
    from . import load  # the package's own door; imported late because it knows this file's table

    return load(name, runtime)


class _WarnsContext:
    """What ``assertWarns`` gives; ``caller`` names the callable that was passed to it."""

    def __init__(self, case: CellTestCase, expected: Any, pattern: Any, msg: Any, caller: str | None) -> None:
        self._case, self._expected, self._msg, self._caller = case, expected, msg, caller
        self._pattern = re.compile(pattern) if isinstance(pattern, str) else pattern

    def __enter__(self) -> _WarnsContext:
        warnings = _facade(self._case._runtime, "warnings")
        self._manager = warnings.catch_warnings(record=True)
        self.warnings = self._manager.__enter__()
        warnings.simplefilter("always", self._expected)
        return self

    def __exit__(self, kind: Any, *exc: object) -> None:
        self._manager.__exit__(kind, *exc)
        if kind is not None:
            return
        found = [one for one in self.warnings if isinstance(one.message, self._expected)]
        for one in found:
            if self._pattern is None or self._pattern.search(str(one.message)):
                self.warning, self.filename, self.lineno = one.message, one.filename, one.lineno
                return
        if found:
            self._fail(f'"{self._pattern.pattern}" does not match "{found[0].message}"')
        names = getattr(self._expected, "__name__", str(self._expected))
        self._fail(f"{names} not triggered" + (f" by {self._caller}" if self._caller else ""))

    def _fail(self, text: str) -> NoReturn:
        raise self._case.failureException(self._case._formatMessage(self._msg, text))


class CellTestCase(_unittest.TestCase):
    """Base of an engine's ``unittest.TestCase``."""

    _runtime: ClassVar[Runtime]

    def defaultTestResult(self) -> Any:
        """A result that keeps quiet and shows guest lines only."""
        space = {"_exc_info_to_string": _to_text, "_runtime": self._runtime}
        return type("TestResult", (_unittest.TestResult,), space)()

    def assertLogs(self, logger: Any = None, level: Any = None) -> Any:
        """Fail unless something is logged in the block."""
        return super().assertLogs(self._logger(logger), level)

    def assertNoLogs(self, logger: Any = None, level: Any = None) -> Any:
        """Fail if something is logged in the block."""
        return super().assertNoLogs(self._logger(logger), level)

    def _logger(self, logger: Any) -> Any:
        return _facade(self._runtime, "logging").getLogger(logger) if logger is None or type(logger) is str else logger

    def assertWarns(self, expected_warning: Any, *args: Any, **kwargs: Any) -> Any:
        """Fail unless the warning is issued in the block or by the callable."""
        return self._warns(expected_warning, None, args, kwargs)

    def assertWarnsRegex(self, expected_warning: Any, expected_regex: Any, *args: Any, **kwargs: Any) -> Any:
        """As ``assertWarns``, with a pattern for the message."""
        return self._warns(expected_warning, expected_regex, args, kwargs)

    def _warns(self, expected: Any, pattern: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not args:
            return _WarnsContext(self, expected, pattern, kwargs.pop("msg", None), None)
        name = getattr(args[0], "__name__", str(args[0]))
        with _WarnsContext(self, expected, pattern, None, name):
            args[0](*args[1:], **kwargs)
        return None


class CellResult(_unittest.TextTestResult):
    """``unittest.TextTestResult`` whose tracebacks show guest lines only."""

    _runtime: ClassVar[Runtime]

    def _exc_info_to_string(self, err: Any, test: Any) -> str:
        return _to_text(self, err, test)


def _to_text(self: Any, err: Any, test: Any) -> str:
    return "".join(self._runtime.format_exception(err[1], err[2]))


def _suite(runtime: Runtime) -> type:
    """``unittest.TestSuite`` whose module fixtures are the guest's, not those of the process' ``__main__``."""
    real = _unittest.suite
    modules = {"__main__": GuestModule(runtime.namespace)}
    space = {**vars(real), "sys": types.SimpleNamespace(modules=modules)}

    def bound(name: str) -> types.FunctionType:
        function = getattr(real.TestSuite, name)
        return types.FunctionType(function.__code__, space, name, function.__defaults__)

    methods = {name: bound(name) for name in ("_handleModuleFixture", "_handleModuleTearDown")}
    return type("TestSuite", (_unittest.TestSuite,), {**methods, "__module__": "unittest.suite"})


class Loader:
    """``unittest.TestLoader`` for classes."""

    testMethodPrefix = "test"
    suiteClass: ClassVar[type]

    def getTestCaseNames(self, testCaseClass: Any) -> list[str]:
        """The names of a class' tests, sorted."""
        prefix = self.testMethodPrefix
        return sorted(n for n in dir(testCaseClass) if n.startswith(prefix) and callable(getattr(testCaseClass, n)))

    def loadTestsFromTestCase(self, testCaseClass: Any) -> Any:
        """A suite of a class' tests."""
        names: list[str] = self.getTestCaseNames(testCaseClass)
        if not names and hasattr(testCaseClass, "runTest"):
            names = ["runTest"]
        return self.suiteClass(map(testCaseClass, names))


class CellRunner(_unittest.TextTestRunner):
    """Base of an engine's ``unittest.TextTestRunner``."""

    _runtime: ClassVar[Runtime]

    def __init__(self, stream: Any = None, *args: Any, **options: Any) -> None:
        options.pop("warnings", None)
        options.pop("buffer", None)  # it would replace the process' own streams
        if isinstance(stream, str):
            raise TypeError("stream must be a text stream, not str")
        super().__init__(self._runtime.streams.stderr if stream is None else stream, *args, **options)


class Program:
    """What ``unittest.main`` gives: the result."""

    def __init__(self, result: Any) -> None:
        self.result = result


def build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    space: dict[str, Any] = {"_runtime": runtime, "__module__": "unittest.runner"}
    case = type("TestCase", (CellTestCase,), {**space, "__module__": "unittest.case"})
    result = type("TextTestResult", (CellResult,), dict(space))
    runner = type("TextTestRunner", (CellRunner,), {**space, "resultclass": result})
    suite_class = _suite(runtime)
    loader_class = type("TestLoader", (Loader,), {"suiteClass": suite_class, "__module__": "unittest.loader"})
    loader = loader_class()

    def skip(reason: Any) -> Any:
        return marks_guests(runtime, _unittest.skip(reason))

    def skip_if(condition: Any, reason: Any) -> Any:
        return marks_guests(runtime, _unittest.skipIf(condition, reason))

    def skip_unless(condition: Any, reason: Any) -> Any:
        return marks_guests(runtime, _unittest.skipUnless(condition, reason))

    def main(module: Any = "__main__", *, exit: bool = True, verbosity: int = 1, **options: Any) -> Program:
        classes = [
            value
            for value in runtime.namespace.values()
            if isinstance(value, type) and issubclass(value, case) and value is not case
        ]
        suite = suite_class(map(loader.loadTestsFromTestCase, classes))
        outcome = runner(verbosity=verbosity, failfast=bool(options.get("failfast"))).run(suite)
        if exit:
            raise SystemExit(not outcome.wasSuccessful())
        return Program(outcome)

    return {
        "expectedFailure": marks_guests(runtime, _unittest.expectedFailure),
        "skip": skip,
        "skipIf": skip_if,
        "skipUnless": skip_unless,
        "TestCase": case,
        "TestLoader": loader_class,
        "TestSuite": suite_class,
        "TextTestResult": result,
        "TextTestRunner": runner,
        "defaultTestLoader": loader,
        "main": main,
    }


class _Patch:
    """Replaces an attribute for the time of a block or a call, through the engine's gate."""

    def __init__(self, read: Callable[[], Any], store: Callable[[Any], None], new: Any) -> None:
        self._read, self._store, self._new = read, store, new

    def __enter__(self) -> Any:
        self._former = self._read()
        self._store(self._new)
        return self._new

    def __exit__(self, *exc: object) -> None:
        self._store(self._former)

    def start(self) -> Any:
        """Replace now."""
        return self.__enter__()

    def stop(self) -> None:
        """Put the former value back."""
        self.__exit__()

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        given = self._new

        def patched(*args: Any, **kwargs: Any) -> Any:
            with self:
                return function(*args, given, **kwargs)

        patched.__name__ = function.__name__
        return patched


class _PatchDict:
    """Changes a dict for the time of a block."""

    def __init__(self, in_dict: Any, values: Any = (), clear: bool = False, **kwargs: Any) -> None:
        if isinstance(in_dict, str):
            raise TypeError("patch.dict() takes a dict here, not the name of one")
        self._dict, self._values, self._clear = in_dict, {**dict(values), **kwargs}, clear

    def __enter__(self) -> Any:
        self._former = dict(self._dict)
        if self._clear:
            self._dict.clear()
        self._dict.update(self._values)
        return self._dict

    def __exit__(self, *exc: object) -> None:
        self._dict.clear()
        self._dict.update(self._former)


def _patch_dict(in_dict: Any, values: Any = (), clear: bool = False, **kwargs: Any) -> _PatchDict:
    return _PatchDict(in_dict, values, clear, **kwargs)


def build_mock(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def guarded(base: Any) -> type:
        def configure_mock(self: Any, /, **kwargs: Any) -> None:
            """Set attributes, also of children (``**{"child.name": value}``)."""
            for path, value in sorted(kwargs.items(), key=lambda item: item[0].count(".")):
                *parents, last = path.split(".")
                target = self
                for name in parents:
                    target = runtime.getattr(target, name)
                runtime.setattr(target, last, value)

        def attach_mock(self: Any, mock: Any, attribute: Any) -> None:
            """Make a mock a child of this one."""
            check_identifier(attribute, "a child's name")
            if attribute.startswith("_") or not isinstance(mock, real.NonCallableMock):
                raise TypeError("attach_mock() takes a mock and a public name")
            base.attach_mock(self, mock, attribute)

        def start(self: Any, /, *args: Any, **kwargs: Any) -> None:
            # A wrapped object's methods would be looked up past the engine's gate.
            if kwargs.get("wraps") is not None:
                raise TypeError("wraps= is not offered; use side_effect= with a function")
            base.__init__(self, *args, **kwargs)

        space = {"__init__": start, "configure_mock": configure_mock, "attach_mock": attach_mock}
        return type(base.__name__, (base,), {**space, "__module__": "unittest.mock"})

    built: dict[str, Any] = {name: guarded(getattr(real, name)) for name in _MOCKS}
    magic = built["MagicMock"]

    def patch_object(target: Any, attribute: Any, new: Any = real.DEFAULT, **kwargs: Any) -> _Patch:
        value = magic(**kwargs) if new is real.DEFAULT else new
        return _Patch(
            lambda: runtime.getattr(target, attribute), lambda v: runtime.setattr(target, attribute, v), value
        )

    class Patch:
        """``unittest.mock.patch`` for names of the guest's own module."""

        object = staticmethod(patch_object)
        dict = staticmethod(_patch_dict)

        def __call__(self, target: Any, new: Any = real.DEFAULT, **kwargs: Any) -> _Patch:
            module, _, name = target.partition(".") if type(target) is str else ("", "", "")
            if module != "__main__" or not name:
                raise TypeError("patch() takes '__main__.name' here; use patch.object() for anything else")
            *parents, last = name.split(".")
            if runtime.is_reserved((parents or [last])[0]):
                runtime.refuse("HC104", f"patching {name!r}")
            if not parents:
                space = runtime.namespace
                value = magic(**kwargs) if new is real.DEFAULT else new
                return _Patch(lambda: space[last], lambda v: space.__setitem__(last, v), value)
            owner: Any = runtime.namespace[parents[0]]
            for part in parents[1:]:
                owner = runtime.getattr(owner, part)
            return patch_object(owner, last, new, **kwargs)

    Patch.__module__ = "unittest.mock"
    return {**built, "patch": Patch()}


_MOCKS = words("AsyncMock MagicMock Mock NonCallableMagicMock NonCallableMock PropertyMock")
