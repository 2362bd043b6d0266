"""No export, instance, result or class leads by public names out of the language sandbox, five steps deep."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import sys
import types
import unittest
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import facades, names
from sandbox.cellfiles import CellFiles
from sandbox.engine import EngineHost, Stop
from sandbox.facades.catalogue import SPECS
from sandbox.stand_ins import REVIEWED_BUILTINS

DEPTH = 5
FORBIDDEN = (
    types.ModuleType, types.FrameType, types.CodeType, types.TracebackType, types.CellType, io.FileIO, EngineHost,
    CellFiles, asyncio.AbstractEventLoopPolicy, unittest.TestLoader, type(sys.flags),
)  # fmt: skip
HOST_OBJECTS = (sys.stdout, sys.stderr, sys.stdin, sys.modules, sys.path, logging.root, logging.Logger.manager, type)
PLAIN = (str, bytes, int, float, complex, bool, type(None), types.BuiltinFunctionType, types.MethodType, range)
CALLS: dict[str, str] = {
    "array": "array('i', [1])",
    "argparse": "ArgumentParser(prog='x') | ArgumentParser(prog='x').parse_args([]) | Namespace(a=1)",
    "asyncio": "EventLoop_ | Queue() | Lock() | Event() | Semaphore(1) | Condition()",
    "base64": "b64encode(b'x')",
    "calendar": "Calendar() | TextCalendar() | month_name | day_abbr",
    "collections": "namedtuple('P', 'a b')(1, 2) | OrderedDict(a=1) | Counter('ab') | ChainMap({}) | deque([1])",
    "concurrent.futures": "ThreadPoolExecutor() | ThreadPoolExecutor().submit(len, 'x')",
    "configparser": "ConfigParser() | ConfigParser()['DEFAULT']",
    "contextlib": "ExitStack() | suppress(ValueError) | redirect_stdout(None) | nullcontext() | chdir('.')",
    "csv": "reader(['a,b']) | DictReader(['a', 'b']) | Sniffer() | get_dialect('excel')",
    "dataclasses": "field() | field(default=1)",
    "datetime": "datetime(2024, 1, 2) | date(2024, 1, 2).isocalendar() | timezone.utc | timedelta(1)",
    "decimal": "Decimal(1) | getcontext() | localcontext() | Decimal(1).as_tuple() | BasicContext",
    "difflib": "SequenceMatcher(None, 'a', 'b') | Differ() | HtmlDiff()",
    "enum": "Enum('C', 'A B') | Enum('C', 'A B').A | Flag('F', 'A B').A | auto()",
    "fractions": "Fraction(1, 2)",
    "functools": "partial(len, 'x') | cached_property(len) | cache(len) | singledispatch(len) | cmp_to_key(len)",
    "graphlib": "TopologicalSorter()",
    "gzip": "open('x.gz', 'wb') | open('x.gz', 'wt')",
    "hashlib": "sha256(b'x') | blake2b(b'x')",
    "hmac": "new(b'x', b'y', 'sha256')",
    "html.parser": "HTMLParser()",
    "http": "HTTPStatus.OK",
    "inspect": "signature(lambda a, b=1: 0) | signature(lambda a: 0).bind(1) | signature(lambda a: 0).parameters['a']",
    "io": "StringIO('x') | BytesIO(b'x') | TextIOWrapper(BytesIO(b'x'))",
    "itertools": "chain([1]) | groupby([1]) | count() | tee([1]) | islice([1], 1)",
    "json": "JSONEncoder() | JSONDecoder()",
    "logging": "getLogger() | getLogger('a.b') | StreamHandler() | Formatter() | Handler() | FileHandler('x.log') | "
    "LoggerAdapter(getLogger('x'), {}) | NullHandler() | Filter() | "
    "getLogger('x').makeRecord('x', 20, 'f', 1, 'm', (), None)",
    "operator": "attrgetter('a.b') | methodcaller('x') | itemgetter(1)",
    "os": "scandir('.') | stat('.') | environ | DirEntry",
    "pathlib": "Path('a') | PurePath('a') | Path('.').stat() | PurePath('a/b').parents",
    "pprint": "PrettyPrinter()",
    "queue": "Queue() | PriorityQueue()",
    "random": "Random(1) | SystemRandom()",
    "re": "compile('a') | match('a', 'a') | finditer('a', 'a')",
    "reprlib": "Repr()",
    "shutil": "disk_usage('.')",
    "sqlite3": "connect(':memory:') | connect(':memory:').cursor() | connect(':memory:').execute('select 1 as a')",
    "statistics": "NormalDist() | linear_regression([1, 2], [1, 3])",
    "string": "Formatter() | Template('$a')",
    "struct": "Struct('i') | iter_unpack('i', bytes(4))",
    "sys": "stdout | stdin | implementation | version_info | float_info | exc_info()",
    "tempfile": "NamedTemporaryFile() | TemporaryDirectory() | TemporaryFile('w')",
    "textwrap": "TextWrapper()",
    "time": "localtime() | get_clock_info('time')",
    "traceback": "FrameSummary('f', 1, 'g', 'x') | StackSummary()",
    "types": "SimpleNamespace(a=1) | MappingProxyType({}) | MethodType(len, 'x')",
    "typing": "List[int] | Optional[int] | TypeVar('T') | NamedTuple('N', [('a', int)])(1) | Type[int] | "
    "NewType('U', int)",
    "unittest": "TestSuite() | TextTestRunner() | defaultTestLoader | TestCase('run') | "
    "TextTestRunner().run(TestSuite()) | TestCase('run').assertLogs() | TestCase('run').assertRaises(ValueError)",
    "unittest.mock": "Mock() | MagicMock() | call(1) | patch.object(Mock(), 'x') | sentinel.a",
    "urllib.parse": "urlsplit('http://a/b?c') | urlparse('http://a')",
    "uuid": "uuid4() | UUID(int=1)",
    "warnings": "catch_warnings(record=True)",
    "weakref": "WeakValueDictionary() | WeakSet()",
    "xml.etree.ElementTree": "XML('<a b=\"c\"/>') | ElementTree(XML('<a/>')) | XMLParser() | TreeBuilder()",
    "zipfile": "ZipFile('x.zip', 'w') | ZipInfo('x')",
    "zlib": "compressobj() | decompressobj()",
    "zoneinfo": "ZoneInfo('UTC')",
}


def steps(value: Any, runtime: Any) -> Iterator[tuple[str, Any]]:
    """Where public names lead from a value, and what a container holds."""
    members = runtime.members
    foreign = members.is_foreign(type(value)) or (isinstance(value, type) and members.is_foreign(value))
    for name in listed(value, runtime) if foreign else dir(value):
        if name.startswith("_") or name in names.INTROSPECTION or (name in names.GATED_PUBLIC and not foreign):
            continue
        try:
            if foreign:
                load = members.load_from_class if isinstance(value, type) else members.load
                yield f".{name}", load(value, name)
            else:
                yield f".{name}", getattr(value, name)
        except (Exception, Stop):  # an attribute that cannot be read leads nowhere
            continue
    if type(value) in (list, tuple, set, frozenset):
        yield from ((f"[{index}]", item) for index, item in enumerate(list(value)[:20]))
    elif type(value) in (dict, types.MappingProxyType):
        yield from ((f"[{key!r}]", item) for key, item in list(value.items())[:20])


def listed(value: Any, runtime: Any) -> list[str]:
    """The names that the gate opens on a third-party object or class."""
    table = runtime.members.table(value if isinstance(value, type) else type(value))
    return sorted({*table.names, *table.checked})


def problem(value: Any, runtime: Any) -> str | None:
    """What is wrong with handing this value to a guest."""
    if any(value is one for one in HOST_OBJECTS):
        return "an object of the host"
    if isinstance(value, FORBIDDEN) and not isinstance(value, io.FileIO):
        return f"a {type(value).__name__}"
    if isinstance(value, io.FileIO) and not reaches_cell(value, runtime):
        return "a file outside /cell"
    if value is runtime:
        return "the engine"
    if isinstance(value, type):
        clean = value.__module__ in ("typing", "enum", "abc", "collections.abc", "__main__")
        if not (value in REVIEWED_BUILTINS or facades.is_reviewed(value) or clean):
            return f"the unreviewed class {value.__module__}.{value.__qualname__}"
    return None


def reaches_cell(file: io.FileIO, runtime: Any) -> bool:
    real = os.readlink(f"/proc/self/fd/{file.fileno()}") if not file.closed else str(file.name)
    return real.startswith(runtime.host.cell.path)


def walk(start: str, value: Any, runtime: Any) -> list[str]:
    found: list[str] = []
    seen: dict[int, Any] = {}
    level = [(start, value)]
    for _ in range(DEPTH):
        following = []
        for path, current in level:
            for step, inner in steps(current, runtime):
                if id(inner) in seen or type(inner) in PLAIN:
                    continue
                seen[id(inner)] = inner
                wrong = problem(inner, runtime)
                if wrong is not None:
                    found.append(f"{path}{step} is {wrong}")
                else:
                    following.append((f"{path}{step}", inner))
        level = following[:3000]
    return found


@pytest.mark.parametrize("name", sorted(SPECS))
def test_public_names_lead_nowhere_else(name: str, runtime: Any) -> None:
    facade = runtime.load(name)
    assert walk(name, facade, runtime) == []


@pytest.mark.parametrize("name", sorted(CALLS))
def test_instances_and_results_lead_nowhere_else(name: str, runtime: Any) -> None:
    facade = runtime.load(name)
    space = {export: getattr(facade, export) for export in dir(facade)}
    found: list[str] = []
    for call in CALLS[name].split(" | "):
        if call == "EventLoop_":
            value = space["new_event_loop"]()
        else:
            value = eval(call, dict(space))
        wrong = problem(value, runtime)
        found += [f"{call} is {wrong}"] if wrong else []
        found += walk(call, value, runtime)
        if call == "EventLoop_":
            value.close()
    assert found == []


def test_the_walk_notices_a_leak(runtime: Any) -> None:
    import statistics

    assert any(".sys is a module" in line for line in walk("statistics", statistics, runtime))
    handler = logging.StreamHandler(sys.stderr)
    assert any(".stream is an object of the host" in line for line in walk("handler", handler, runtime))
    assert walk("x", types.SimpleNamespace(loader=unittest.TestLoader), runtime) != []
