"""What a guest has in place of ``test.support``: the parts that language tests use, written for guests.

Invariants: plain guest code; nothing here changes what a test asserts.
"""

import contextlib
import functools
import io
import re
import sys
import unittest
import warnings


class AlwaysEqual:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False


class NeverEqual:
    def __eq__(self, other):
        return False

    def __ne__(self, other):
        return True

    def __hash__(self):
        return 1


class BrokenIter:
    """An iterable that raises where it is told to."""

    def __init__(self, init_raises=False, next_raises=False, iter_raises=False):
        if init_raises:
            raise ZeroDivisionError
        self.next_raises = next_raises
        self.iter_raises = iter_raises

    def __next__(self):
        if self.next_raises:
            raise ZeroDivisionError

    def __iter__(self):
        if self.iter_raises:
            raise ZeroDivisionError
        return self


def same(function):
    """A decorator that changes nothing."""
    return function


def of_any_kind(*args, **kwargs):
    """Makes a decorator that changes nothing."""
    return same


def skipped(*args, **kwargs):
    """Makes a decorator that skips: the test needs more of the machine than a guest has."""
    return unittest.skip("needs resources")


@contextlib.contextmanager
def captured(name):
    former = getattr(sys, name)
    stream = io.StringIO()
    setattr(sys, name, stream)
    try:
        yield stream
    finally:
        setattr(sys, name, former)


@contextlib.contextmanager
def swap_attr(obj, name, value):
    missing = object()
    former = getattr(obj, name, missing)
    setattr(obj, name, value)
    try:
        yield former
    finally:
        if former is missing:
            delattr(obj, name)
        else:
            setattr(obj, name, former)


@contextlib.contextmanager
def check_warnings(*filters, quiet=True):
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter("always")
        yield log
    left = list(log)
    for pattern, category in filters:
        seen = [one for one in left if issubclass(one.category, category) and re.match(pattern, str(one.message), re.I)]
        left = [one for one in left if one not in seen]
        if not seen and not quiet:
            raise AssertionError(f"filter ({pattern!r}, {category.__name__}) did not catch any warning")
    if left and filters:
        raise AssertionError(f"unhandled warning {left[0].message}")


@contextlib.contextmanager
def check_no_warnings(case, message="", category=Warning, force_gc=False):
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter("always")
        yield
    case.assertEqual([one for one in log if re.match(message, str(one.message), re.I)], [])


def check_syntax_error(case, statement, errtext="", *, lineno=None, offset=None):
    with case.assertRaisesRegex(SyntaxError, errtext) as caught:
        exec(statement)
    error = caught.exception
    case.assertIsNotNone(error.lineno)
    if lineno is not None:
        case.assertEqual(error.lineno, lineno)
    case.assertIsNotNone(error.offset)
    if offset is not None:
        case.assertEqual(error.offset, offset)


def check_disallow_instantiation(case, cls, *args, **kwargs):
    with case.assertRaisesRegex(TypeError, f"cannot create '.*{cls.__name__}' instances"):
        cls(*args, **kwargs)


def import_fresh_module(name, fresh=(), blocked=()):
    """The facade: a guest has one of each module, the one that uses C where CPython does."""
    scope = {}
    exec(f"import {name} as found", scope)
    return scope["found"]


class ExceptionTests:
    """Stands for the module ``test.support.testcase``."""

    class ExceptionIsLikeMixin:
        def assertExceptionIsLike(self, exc, template):
            if exc is None and template is None:
                return
            if template is None:
                self.fail(f"unexpected exception: {exc}")
            if exc is None:
                self.fail(f"expected an exception like {template!r}, got None")
            if not isinstance(exc, ExceptionGroup):
                self.assertEqual(exc.__class__, template.__class__)
                self.assertEqual(exc.args[0], template.args[0])
                return
            self.assertEqual(exc.message, template.message)
            self.assertEqual(len(exc.exceptions), len(template.exceptions))
            for one, other in zip(exc.exceptions, template.exceptions, strict=True):
                self.assertExceptionIsLike(one, other)


class Helpers:
    """Stands for the modules below ``test.support``."""

    import_fresh_module = staticmethod(import_fresh_module)
    check_warnings = staticmethod(check_warnings)
    check_no_warnings = staticmethod(check_no_warnings)
    TESTFN = "test_file"

    def import_module(name, deprecated=False):
        return import_fresh_module(name)

    def ignore_warnings(*, category):
        def decorator(test):
            @functools.wraps(test)
            def wrapper(self, *args, **kwargs):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", category=category)
                    return test(self, *args, **kwargs)

            return wrapper

        return decorator


class test_support:
    ALWAYS_EQ = AlwaysEqual()
    NEVER_EQ = NeverEqual()
    BrokenIter = BrokenIter
    HAVE_DOCSTRINGS = True
    MISSING_C_DOCSTRINGS = False
    MAX_Py_ssize_t = sys.maxsize
    Py_DEBUG = False
    Py_TRACE_REFS = False
    is_wasi = False
    is_emscripten = False
    verbose = False
    EXCEEDS_RECURSION_LIMIT = 5000
    skip_on_s390x = same
    import_helper = warnings_helper = os_helper = Helpers
    cpython_only = requires_docstrings = skip_if_pgo_task = no_tracing = same
    impl_detail = of_any_kind
    requires_resource = bigmemtest = bigaddrspacetest = skipped
    swap_attr = staticmethod(swap_attr)
    check_syntax_error = staticmethod(check_syntax_error)
    check_disallow_instantiation = staticmethod(check_disallow_instantiation)

    testcase = ExceptionTests

    def exceeds_recursion_limit():
        return 5000

    def get_c_recursion_limit():
        return 500

    def check_impl_detail(**guards):
        return guards.get("cpython", True)

    def captured_stdout():
        return captured("stdout")

    def captured_stderr():
        return captured("stderr")

    def captured_output(name):
        return captured(name)

    def gc_collect():
        """Nothing: what reference counting frees is freed at once, and cycles are not for guests to collect."""

    def infinite_recursion(max_depth=None):
        return contextlib.nullcontext()

    def get_attribute(obj, name):
        try:
            return getattr(obj, name)
        except AttributeError:
            raise unittest.SkipTest(f"object {obj!r} has no attribute {name!r}") from None
