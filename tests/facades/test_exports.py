"""Each facade exports exactly its reviewed names, and a new public name of Python's is noticed."""

from __future__ import annotations

import subprocess
import sys
import types
from typing import Any

import pytest

from sandbox import facades
from sandbox.engine import Stop
from sandbox.facades.catalogue import SPECS
from sandbox.policy import STANDARD_IMPORTS, STRICT_IMPORTS
from sandbox.stand_ins import StandIn

NAMES = sorted(SPECS)
WITH_OWN_NAMES = [name for name in NAMES if SPECS[name].real != ""]


def public_names(module: Any) -> set[str]:
    """What the real module offers: its ``__all__``, or its public names that are no modules and of its own making."""
    listed = getattr(module, "__all__", None) or None
    if listed is None:
        found = {n: getattr(module, n) for n in dir(module) if n[0] != "_" and n != "annotations"}
        third_party = module.__name__.partition(".")[0] in facades.THIRD_PARTY
        listed = [
            n
            for n, value in found.items()
            if not isinstance(value, types.ModuleType)
            and not (third_party and getattr(value, "__module__", None) not in (None, module.__name__))
        ]
    return {name for name in listed if name[0] != "_" and f"{module.__name__}.{name}" not in SPECS}


def declared(name: str) -> set[str]:
    spec = SPECS[name]
    return {*spec.names, *spec.own, *spec.found_constants()}


@pytest.mark.parametrize("name", WITH_OWN_NAMES)
def test_every_public_name_is_exported_or_left_out_with_a_reason(name: str, runtime: Any) -> None:
    spec = SPECS[name]
    runtime.load(name)
    others = public_names(spec.module()) - declared(name)
    assert {other for other in others if spec.listed_reason(other) is None} == set()
    assert spec.rest == ("unreviewed" if name.partition(".")[0] in facades.THIRD_PARTY else "undocumented")


@pytest.mark.parametrize("name", WITH_OWN_NAMES)
def test_what_a_module_has_is_never_told_as_missing(name: str, runtime: Any) -> None:
    spec = SPECS[name]
    facade = runtime.load(name)
    for other in dir(spec.module()):
        if other[0] != "_" and other not in dir(facade) and f"{name}.{other}" not in SPECS:
            assert facade.missing(other), other


@pytest.mark.parametrize("name", WITH_OWN_NAMES)
def test_a_class_of_ours_lacks_no_public_method_of_the_librarys(name: str, runtime: Any) -> None:
    spec = SPECS[name]
    facade = runtime.load(name)
    for own in spec.own:
        ours, real = vars(facade).get(own), getattr(spec.module(), own, None)
        if not isinstance(ours, type) or not isinstance(real, type) or type(ours) is StandIn:
            continue
        lacking = {method for method in dir(real) if method[0] != "_"} - set(dir(ours))
        assert lacking == set(), own
        for method in (method for method in dir(real) if f"{own}.{method}" in spec.left_out):
            with pytest.raises(Stop, match=rf"{name}\.{own}\.{method} \("):
                hasattr(ours, method)


@pytest.mark.parametrize("name", NAMES)
def test_a_facade_holds_its_declared_names_and_no_others(name: str, runtime: Any) -> None:
    facade = runtime.load(name)
    children = {other.rpartition(".")[2] for other in SPECS if other.rpartition(".")[0] == name}
    held = set(dir(facade)) - {"__name__"} - children
    assert held <= declared(name)
    real = SPECS[name].module()
    absent = {n for n in declared(name) - held if hasattr(real, n) and n in SPECS[name].names}
    assert absent == set()


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_both_exported_and_left_out(name: str) -> None:
    spec = SPECS[name]
    assert {shown for shown in (*spec.names, *spec.own) if spec.listed_reason(shown)} == set()
    assert set(spec.names) & set(spec.own) == set()
    assert len(spec.names) == len(set(spec.names))


@pytest.mark.parametrize("name", NAMES)
def test_bases_and_settable_classes_are_classes_that_exist(name: str, runtime: Any) -> None:
    spec = SPECS[name]
    facade = runtime.load(name)
    for base in spec.bases:
        value = vars(facade).get(base) or getattr(spec.module(), base, None)
        if value is None:
            continue  # not on this Python
        assert isinstance(value, type)
        assert facades.subclassable(value)
    for owner in spec.settable:
        assert isinstance(vars(facade)[owner], type)


def test_the_presets_name_only_modules_with_a_facade() -> None:
    assert set(STANDARD_IMPORTS) - facades.KNOWN == set()
    assert set(STRICT_IMPORTS) - facades.KNOWN == set()


def test_known_names_need_no_import_of_the_heavy_modules() -> None:
    code = (
        "import sys; import sandbox.facades; "
        "print(sorted({'unittest.mock', 'statistics', 'configparser', 'xml.etree.ElementTree', "
        "'csv', 'zoneinfo', 'calendar', 'difflib', 'doctest', 'timeit', 'html.parser'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout == "[]\n"


def test_a_missing_name_is_refused_and_explains_itself(runtime: Any) -> None:
    io = runtime.load("io")
    assert io.missing("FileIO") == "io.FileIO (it opens files past the /cell directory)"
    for name in ("FileIO", "open_code"):
        with pytest.raises(Stop, match=rf"\[HC202\] PolicyViolation: io\.{name} \("):
            hasattr(io, name)


def test_a_name_that_python_lacks_too_is_an_attribute_error(runtime: Any) -> None:
    io = runtime.load("io")
    assert io.missing("nothing") is None
    with pytest.raises(AttributeError, match="module 'io' has no attribute 'nothing'"):
        _ = io.nothing


def test_facades_are_read_only_and_print_as_modules(runtime: Any) -> None:
    json = runtime.load("json")
    assert repr(json) == "<module 'json' from 'json/__init__.py'>"
    with pytest.raises(Stop, match=r"\[HC105\] PolicyViolation: storing 'dumps' on the module 'json'"):
        json.dumps = None
    with pytest.raises(Stop, match=r"\[HC105\] PolicyViolation: deleting 'dumps' of the module 'json'"):
        del json.dumps
    with pytest.raises(TypeError, match="cannot pickle 'module' object"):
        json.__reduce_ex__(4)


def test_submodules_hang_below_their_parents(runtime: Any) -> None:
    parse = runtime.load("urllib.parse")
    assert runtime.load("urllib").parse is parse
    assert runtime.load("os").path is runtime.load("os.path")
    assert runtime.load("collections").abc.Mapping is runtime.load("collections.abc").Mapping
    assert not hasattr(runtime.load("html"), "parser")
    runtime.load("html.parser")
    assert hasattr(runtime.load("html"), "parser")


def test_facades_are_cached_per_engine(runtime: Any) -> None:
    assert runtime.load("random") is runtime.load("random")
    assert runtime.modules["random"] is runtime.load("random")


def test_an_unknown_module_is_an_import_error(runtime: Any) -> None:
    with pytest.raises(ImportError, match="no facade for module 'subprocess' is shipped"):
        runtime.load("subprocess")
