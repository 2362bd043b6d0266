"""Ways out that were found in library code by reading it, each closed."""

from __future__ import annotations

import functools
import types
from typing import Any

import pytest

from sandbox.engine import Stop


def test_user_strings_format_through_the_gate(runtime: Any) -> None:
    user_string = runtime.load("collections").UserString
    assert user_string("{0} {x}").format(1, x=2) == "1 2"
    assert user_string("{x}").format_map({"x": 3}) == "3"
    for call in (
        lambda: user_string("{0.__class__}").format(1),
        lambda: user_string("{x.__class__}").format_map({"x": 1}),
    ):
        with pytest.raises(Stop):
            call()


def test_cached_property_reads_only_guest_instances(runtime: Any) -> None:
    made = runtime.load("functools").cached_property(lambda self: None)
    made.__set_name__(object, "_runtime")
    with pytest.raises(TypeError, match="instances of your own classes"):
        made.__get__(runtime.load("operator").attrgetter("a"))
    file = runtime.load("tempfile").NamedTemporaryFile("w")
    with pytest.raises(TypeError, match="instances of your own classes"):
        made.__get__(file)

    class Mine:
        calls = 0

        @runtime.load("functools").cached_property
        def value(self) -> int:
            self.calls += 1
            return self.calls

    Mine.__module__ = "__main__"
    mine = Mine()
    assert (mine.value, mine.value, mine.calls) == (1, 1, 1)
    assert isinstance(vars(Mine)["value"], functools.cached_property)


def test_a_namespace_cannot_become_another_class(runtime: Any) -> None:
    argparse = runtime.load("argparse")
    redirect = runtime.load("contextlib").redirect_stdout
    with pytest.raises(ValueError, match="underscores"):
        argparse.Namespace(__class__=redirect, _runtime=types.SimpleNamespace())
    assert vars(argparse.Namespace(a=1)) == {"a": 1}


def test_argument_files_are_read_from_the_cell(runtime: Any) -> None:
    parser = runtime.load("argparse").ArgumentParser(prog="x", fromfile_prefix_chars="@")
    parser.add_argument("values", nargs="*")
    runtime.files.open("args", "w").write("a\nb\n")
    assert parser.parse_args(["@args", "c"]).values == ["a", "b", "c"]
    with pytest.raises(Stop):
        parser.parse_args(["@/etc/passwd"])
    assert runtime.refusals == ["HC401"]


def test_a_data_class_does_not_take_over_private_library_values(runtime: Any) -> None:
    handler = runtime.load("logging").Handler
    made = type("Mine", (handler,), {"__module__": "__main__", "__annotations__": {"_state": object}})
    with pytest.raises(Stop):
        runtime.load("dataclasses").dataclass(made)
    assert runtime.refusals == ["HC102"]


def test_mocks_neither_wrap_nor_attach_by_private_name(runtime: Any) -> None:
    mock = runtime.load("unittest.mock")
    with pytest.raises(TypeError, match="wraps= is not offered"):
        mock.Mock(wraps="{0.__globals__}")
    for name in ("_runtime", "__class__"):
        with pytest.raises((TypeError, ValueError)):
            mock.Mock().attach_mock(mock.Mock(), name)
    parent = mock.Mock()
    parent.attach_mock(mock.Mock(return_value=1), "child")
    assert parent.child() == 1
    assert parent.mock_calls == [mock.call.child()]


def test_a_test_runner_takes_no_text_for_a_stream(runtime: Any) -> None:
    with pytest.raises(TypeError, match="stream must be a text stream"):
        runtime.load("unittest").TextTestRunner(stream="{0.__globals__}")


def test_zip_entries_look_at_no_files_outside(runtime: Any) -> None:
    zipfile = runtime.load("zipfile")
    runtime.files.open("x", "w").write("12")
    assert zipfile.ZipInfo.from_file("x").file_size == 2
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.writestr("a", "1")
        archive.write("x")
        entries = archive.infolist()
    with zipfile.ZipFile("a.zip") as archive:
        entries += archive.infolist()
        archive.printdir()
    assert "File Name" in runtime.out.getvalue()
    for entry in entries:
        with pytest.raises(Stop):
            entry.from_file("/etc/passwd")


def test_xml_is_canonicalized_from_the_cell(runtime: Any) -> None:
    tree = runtime.load("xml.etree.ElementTree")
    runtime.files.open("a.xml", "w").write("<a b='1'/>")
    assert tree.canonicalize(from_file="a.xml") == '<a b="1"></a>'
    with pytest.raises(Stop):
        tree.canonicalize(from_file="/etc/passwd")
    with pytest.raises(tree.ParseError, match="undefined entity"):
        tree.fromstring('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>')


def test_calendars_print_to_the_guest(runtime: Any, capsys: pytest.CaptureFixture[str]) -> None:
    runtime.load("calendar").TextCalendar().prmonth(2024, 2)
    runtime.load("calendar").prmonth(2024, 2)
    assert runtime.out.getvalue().count("February 2024") == 2
    assert capsys.readouterr().out == ""


def test_a_signature_evaluates_no_text(runtime: Any) -> None:
    def function(a: Any) -> None: ...

    function.__annotations__ = {"a": "__import__('os')"}
    inspect = runtime.load("inspect")
    signature = inspect.signature(function)
    assert str(inspect.signature(lambda a, b=1, *c, d: 0)) == "(a, b=1, *c, d)"
    for call in (
        lambda: signature.from_callable(function, eval_str=True),
        lambda: inspect.signature(function, eval_str=True),
    ):
        with pytest.raises(TypeError, match="eval_str=True evaluates text"):
            call()
