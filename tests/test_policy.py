"""Policies: patterns, presets, TOML in and out."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.facades import KNOWN
from sandbox.limits import Limits
from sandbox.policy import PRESETS, Allow, Policy, dump_toml, load_toml

LEADING_OUT = """
_ctypes _io _socket _thread builtins code ctypes dbm faulthandler fcntl ftplib gc http.client http.server imaplib imp
importlib linecache marshal mmap multiprocessing pickle pickletools pkgutil posix pty pydoc resource runpy
select selectors shelve signal site smtplib socket socketserver ssl subprocess sysconfig telnetlib threading
tracemalloc urllib.request venv webbrowser zipimport
""".split()


@pytest.mark.parametrize(
    ("imports", "module", "allowed"),
    [
        (["json"], "json", True),
        (["json"], "json.decoder", False),
        (["json"], "jsonx", False),
        (["json"], "js", False),
        (["numpy.*"], "numpy", True),
        (["numpy.*"], "numpy.linalg.lapack", True),
        (["numpy.*"], "numpyx", False),
        (["os.path"], "os", True),
        (["os.path"], "os.path", True),
        (["os.path"], "os.path.x", False),
        (["a.b.*"], "a", True),
        (["a.b.*"], "a.c", False),
        ([], "json", False),
    ],
)
def test_imports_match_by_component(imports: list[str], module: str, allowed: bool) -> None:
    assert Policy(imports=tuple(imports)).allows_import(module) is allowed


@pytest.mark.parametrize("pattern", ["", "*", "a..b", ".a", "a.", "a b", "a*", "*.a", "a.*.b", "1a"])
def test_malformed_pattern(pattern: str) -> None:
    with pytest.raises(ValueError, match="is not an import pattern"):
        Policy(imports=(pattern,))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"imports": "json"}, "imports is a list of patterns, not one string"),
        ({"imports": (3,)}, "an import pattern is a str"),
        ({"files": 1}, r"policy\.files must be true or false"),
        ({"expose_errors": "no"}, r"policy\.expose_errors must be true or false"),
        ({"decide": 3}, r"policy\.decide must be callable"),
    ],
)
def test_fields_of_the_wrong_type(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Policy(**fields)


def test_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Policy().files = False  # type: ignore[misc]


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_allow_no_module_that_leads_out(preset: str) -> None:
    policy = Policy.preset(preset)
    assert [name for name in LEADING_OUT if policy.allows_import(name)] == []
    assert {name.removesuffix(".*") for name in policy.imports} - KNOWN == set()


def test_preset_adds_imports_and_says_each_once() -> None:
    policy = Policy.standard(imports=["numpy", "json"])
    assert policy.imports == (*Policy.standard().imports, "numpy")


def test_presets_by_name() -> None:
    assert [Policy.preset(name) for name in PRESETS] == [Policy.strict(), Policy.standard(), Policy.data_science()]
    assert (Policy.strict().files, Policy.standard().files) == (False, True)


def test_unknown_preset_lists_those_that_exist() -> None:
    with pytest.raises(ValueError) as caught:
        Policy.preset("lax")
    assert str(caught.value) == "unknown policy preset 'lax'; the presets are strict, standard, data_science"


def test_one_string_of_imports_is_refused_by_presets() -> None:
    with pytest.raises(TypeError, match="not one string"):
        Policy.standard(imports="numpy")


def test_the_hook_does_not_travel() -> None:
    policy = Policy.strict(decide=lambda request: Allow())
    assert set(policy.to_dict()) == {"imports", "files", "expose_errors", "deterministic"}
    assert Policy.from_dict(policy.to_dict()) == policy


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[policy\n", "p.toml: "),
        ("x = 1\n", "p.toml:1: unknown table or key 'x'"),
        ("policy = 3\n", "p.toml:1: policy must be a table"),
        ("[policy]\npreset = 'lax'\n", "p.toml:2: unknown policy preset 'lax'"),
        ("[policy]\n\ncolour = 1\n", "p.toml:3: unknown policy field 'colour'"),
        ("[policy]\nimports = 'json'\n", "p.toml:2: policy.imports must be a list of patterns"),
        ("[policy]\nfiles = 1\n", "p.toml:2: policy.files must be true or false"),
        ("[limits]\nwall_s = -1\n", "p.toml:2: limits.wall_s must be more than 0"),
        ("[limits]\n\nmemory_mb = 'x'\n", "p.toml:3: limits.memory_mb must be an integer, not str"),
        ("[policy]\nfiles = true\n[limits]\nspeed = 3\n", "p.toml:4: unknown limit 'speed'"),
    ],
)
def test_malformed_toml_is_told_with_file_and_line(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        load_toml(text, "p.toml")
    assert str(caught.value).startswith(message)


def test_syntax_error_of_toml_tells_the_line() -> None:
    with pytest.raises(ValueError, match=r"^p\.toml: Unclosed array \(at line 3, column 5\)$"):
        load_toml("[policy]\nimports = [\n'a' 'b']", "p.toml")


def test_empty_toml_is_the_standard_policy() -> None:
    assert load_toml("") == (Policy.standard(), Limits())


def test_toml_starts_from_a_preset() -> None:
    policy, limits = load_toml("[policy]\npreset = 'strict'\nimports = ['csv']\n[limits]\nwall_s = 2\n")
    assert policy == Policy.strict(imports=["csv"])
    assert limits == Limits(wall_s=2)


NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,6}(\.[a-z_][a-z0-9_]{0,6}){0,2}(\.\*)?", fullmatch=True)


@given(
    st.builds(Policy, imports=st.lists(NAMES, max_size=5).map(tuple), files=st.booleans(), expose_errors=st.booleans()),
    st.builds(Limits, wall_s=st.floats(0.001, 1000), memory_mb=st.integers(1, 4096), ops=st.integers(1, 2**62)),
)
def test_toml_round_trip(policy: Policy, limits: Limits) -> None:
    assert load_toml(dump_toml(policy, limits)) == (policy, limits)
