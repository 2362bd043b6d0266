"""Doors that are opened by strings: attribute getters, formats, annotations, copies, generated classes."""

from __future__ import annotations

import copy as native_copy
import enum
import typing
from typing import Any

import pytest

from sandbox.engine import Stop


def guest(cls: type) -> type:
    """Marks a class of this file as the guest's."""
    cls.__module__ = "__main__"
    return cls


# -- operator, string, logging ----------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["__class__", "real.__class__", "_x", "a.b._c"])
def test_attrgetter_goes_through_the_gate(path: str, runtime: Any) -> None:
    holder = type("H", (), {"a": type("A", (), {"b": 1})})()
    with pytest.raises(Stop):
        runtime.load("operator").attrgetter(path)(1 if path.startswith("real") else holder)
    assert runtime.refusals == ["HC101"]


def test_attrgetter_and_methodcaller_answer_as_operator_does(runtime: Any) -> None:
    operator = runtime.load("operator")
    assert operator.attrgetter("real", "imag")(3) == (3, 0)
    assert operator.attrgetter("real")(3) == 3
    assert operator.methodcaller("split", ",", maxsplit=1)("a,b,c") == ["a", "b,c"]
    assert repr(operator.attrgetter("a.b", "c")) == "operator.attrgetter('a.b', 'c')"
    assert repr(operator.methodcaller("f", 1, k=2)) == "operator.methodcaller('f', 1, k=2)"
    with pytest.raises(TypeError, match="attribute name must be a string"):
        operator.attrgetter(type("S", (str,), {})("real"))


@pytest.mark.parametrize("template", ["{0.__class__}", "{0.real.__class__}", "{x[0].__class__}", "{0:{1.__class__}}"])
def test_string_formatter_goes_through_the_gate(template: str, runtime: Any) -> None:
    with pytest.raises(Stop):
        runtime.load("string").Formatter().format(template, 1, 2, x=[1])
    assert runtime.refusals == ["HC101"]


def test_string_formatter_answers_as_the_library_does(runtime: Any) -> None:
    assert runtime.load("string").Formatter().format("{} {x[1]:>3} {!r}", 1, "a", x=[0, 2]) == "1   2 'a'"


def test_a_brace_style_log_format_goes_through_the_gate(runtime: Any) -> None:
    logging = runtime.load("logging")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("{message.__class__}", style="{"))
    logger = logging.getLogger("x")
    logger.addHandler(handler)
    with pytest.raises(Stop):
        logger.error("hi")
    assert runtime.refusals == ["HC101"]


# -- annotations --------------------------------------------------------------------------------------------------
EVIL = [
    "__import__('os')",
    "(1).__class__",
    "[x for x in ()]",
    "print(1)",
    "1 + 1",
    "lambda: 0",
    "a if b else c",
    "x := 1",
]


@pytest.mark.parametrize("text", EVIL)
def test_annotation_text_is_never_evaluated(text: str, runtime: Any) -> None:
    def function(x: Any) -> None: ...

    function.__annotations__ = {"x": text}
    runtime.namespace.update(a=1, b=1, c=1)
    with pytest.raises((TypeError, SyntaxError, Stop)):
        runtime.load("typing").get_type_hints(function)
    with pytest.raises((TypeError, SyntaxError, Stop)):
        runtime.load("functools").singledispatch(len).register(function)


def test_annotation_text_resolves_as_typing_does(runtime: Any) -> None:
    class Node: ...

    space: dict[str, Any] = {"Node": Node, "Optional": typing.Optional, "typing": typing, "Literal": typing.Literal}
    runtime.namespace.update(space)

    def function(a: Any, b: Any, c: Any, d: Any, e: Any) -> None: ...

    function.__annotations__ = {
        "a": "int",
        "b": "Optional[Node]",
        "c": "dict[str, list[Node]] | None",
        "d": typing.List["Node"],  # noqa: UP006
        "e": "Literal['x', -1]",
        "return": None,
    }
    assert runtime.load("typing").get_type_hints(function) == typing.get_type_hints(function, space)


def test_unknown_names_in_annotations_are_name_errors(runtime: Any) -> None:
    def function(x: Any) -> None: ...

    function.__annotations__ = {"x": "Nothing"}
    with pytest.raises(NameError, match="name 'Nothing' is not defined"):
        runtime.load("typing").get_type_hints(function)


def test_singledispatch_registers_by_annotation_and_by_text(runtime: Any) -> None:
    functools = runtime.load("functools")

    @functools.singledispatch
    def show(x: Any) -> str:
        return "any"

    def of_int(x: int) -> str:
        return "int"

    of_int.__annotations__ = {"x": "int", "return": str}
    show.register(of_int)
    show.register(list, lambda x: "list")
    assert (show(1), show([]), show("a")) == ("int", "list", "any")


def test_the_real_type_is_not_handed_out(runtime: Any) -> None:
    t = runtime.load("typing")
    assert t.get_origin(t.Type[int]) is not type
    assert t.get_args(typing.List[type]) != (type,)  # noqa: UP006
    assert repr(t.Type[int]) == "typing.Type[int]"


# -- copy ---------------------------------------------------------------------------------------------------------
def test_the_pickle_protocol_is_not_asked(runtime: Any) -> None:
    import types

    fired: list[int] = []
    target = native_copy.copy
    evil = types.SimpleNamespace()
    vars(evil)["__reduce_ex__"] = lambda p: fired.append(1) or (lambda: target, (), (None, {"evil": 1}))
    for wrapped in (evil, [evil], {"a": evil}, (evil,)):
        runtime.load("copy").deepcopy(wrapped)
        runtime.load("copy").copy(wrapped)
    assert fired == []
    assert not hasattr(target, "evil")


def test_a_guest_class_with_a_pickle_hook_is_not_copied(runtime: Any) -> None:
    @guest
    class Hooked:
        def __getstate__(self) -> Any:
            return (None, {"__class__": int})

    Hooked.__getstate__.__module__ = "__main__"
    with pytest.raises(TypeError, match="cannot copy 'Hooked' object: it defines __getstate__"):
        runtime.load("copy").copy(Hooked())


@pytest.mark.parametrize(
    "library", ["logging.getLogger()", "sqlite3.connect(':memory:')", "io.TextIOWrapper(io.BytesIO())"]
)
def test_library_objects_are_not_copied(library: str, runtime: Any) -> None:
    space = {name: runtime.load(name) for name in ("logging", "sqlite3", "io")}
    with pytest.raises(TypeError, match="is not offered to guest code"):
        runtime.load("copy").deepcopy(eval(library, space))


def test_copies_are_as_the_library_makes_them(runtime: Any) -> None:
    import collections
    import datetime
    import decimal

    @guest
    class Slots:
        __slots__ = ("a", "b")

    @guest
    class Plain(dict):  # type: ignore[type-arg]
        pass

    copy = runtime.load("copy")
    shared: list[Any] = [1]
    data = {
        "a": [shared, shared],
        "b": (1, [2], {3}),
        "c": collections.deque([shared], maxlen=3),
        "d": collections.defaultdict(list, x=[1]),
        "e": collections.Counter("aab"),
        "f": datetime.date(2024, 1, 2),
        "g": decimal.Decimal("1.5"),
        "h": collections.OrderedDict(z=[1]),
    }
    made = copy.deepcopy(data)
    assert made == data
    assert made["a"][0] is made["a"][1]
    assert made["a"][0] is not shared
    assert made["c"].maxlen == 3
    assert made["d"].default_factory is list
    cyclic: list[Any] = []
    cyclic.append(cyclic)
    twin = copy.deepcopy(cyclic)
    assert twin[0] is twin
    slots: Any = Slots()
    slots.a = shared
    other = copy.deepcopy(slots)
    assert (other.a, hasattr(other, "b")) == ([1], False)
    assert other.a is not shared
    plain: Any = Plain(x=shared)
    plain.extra = shared
    assert copy.deepcopy(plain) == {"x": [1]}
    assert copy.copy(plain).extra is shared


def test_deepcopy_asks_guest_hooks(runtime: Any) -> None:
    @guest
    class Own:
        def __copy__(self) -> str:
            return "copied"

        def __deepcopy__(self, memo: Any) -> str:
            return "deep"

    assert runtime.load("copy").copy(Own()) == "copied"
    assert runtime.load("copy").deepcopy([Own()]) == ["deep"]


# -- classes made by the library ------------------------------------------------------------------------------------
BAD_NAMES = ["class", "a b", "__del__", "__reduce_ex__", "a; import os", ""]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_named_tuples_take_plain_identifiers_only(name: str, runtime: Any) -> None:
    makers = [
        lambda: runtime.load("collections").namedtuple("T", [name]),
        lambda: runtime.load("typing").NamedTuple("T", [(name, int)]),
    ]
    if not name.startswith("_"):
        makers.append(lambda: runtime.load("collections").namedtuple(name, "a"))
        makers.append(lambda: runtime.load("typing").NamedTuple(name, [("a", int)]))
    for make in makers:
        with pytest.raises(ValueError, match=r"identifier|keyword|underscore"):
            make()


@pytest.mark.parametrize("name", BAD_NAMES)
def test_data_classes_take_plain_identifiers_only(name: str, runtime: Any) -> None:
    with pytest.raises((TypeError, Stop), match=r"identifier|keyword|field named"):
        runtime.load("dataclasses").make_dataclass("T", [name])


@pytest.mark.parametrize("name", ["__del__", "__reduce_ex__", "__slots__", "__class__", "__subclasshook__"])
def test_enumerations_from_a_call_take_no_name_that_class_statements_look_at(name: str, runtime: Any) -> None:
    for members in ([name], {name: 1}, [(name, 1)], iter([(name, 1)]), f"A {name}"):
        with pytest.raises(TypeError, match="HC106"):
            runtime.load("enum").Enum("T", members)


def test_names_of_a_str_subclass_are_refused(runtime: Any) -> None:
    class Lying(str):
        def isidentifier(self) -> bool:
            return True

    evil = Lying("x; import os")
    for make in (
        lambda: runtime.load("collections").namedtuple("T", [evil]),
        lambda: runtime.load("collections").namedtuple(evil, "a"),
        lambda: runtime.load("enum").Enum("T", [evil]),
        lambda: runtime.load("dataclasses").make_dataclass("T", [evil]),
    ):
        with pytest.raises((TypeError, ValueError, Stop)):
            make()


def test_library_classes_are_not_changed_by_decorators(runtime: Any) -> None:
    json = runtime.load("json")
    with pytest.raises(Stop, match="no class of your own"):
        runtime.load("dataclasses").dataclass(json.JSONEncoder)
    with pytest.raises(TypeError, match="decorates classes of your own"):
        runtime.load("functools").total_ordering(json.JSONEncoder)


def test_wraps_does_not_copy_private_state_of_library_objects(runtime: Any) -> None:
    file = runtime.load("tempfile").NamedTemporaryFile("w")

    @guest
    class Holder:
        pass

    holder: Any = Holder()
    runtime.load("functools").update_wrapper(holder, file)
    private = {name for name in vars(holder) if name.startswith("_")}
    assert private <= {"__wrapped__", "__doc__", "__module__", "__name__", "__qualname__", "__annotations__"}


def test_wraps_answers_as_the_library_does(runtime: Any) -> None:
    def inner(x: int) -> str:
        """Doc."""
        return str(x)

    inner.tag = 1  # type: ignore[attr-defined]

    @runtime.load("functools").wraps(inner)
    def outer(*args: Any) -> Any:
        return inner(*args)

    assert (outer.__name__, outer.__doc__, outer.tag, outer.__wrapped__) == ("inner", "Doc.", 1, inner)
    assert outer.__annotations__ == inner.__annotations__
    assert outer.__annotations__ is not inner.__annotations__


def test_enums_behave_as_the_librarys(runtime: Any) -> None:
    ours, theirs = runtime.load("enum"), enum

    def shown(e: Any) -> list[str]:
        color = e.Enum("Color", "RED GREEN")
        number = e.IntEnum("Number", {"ONE": 1, "TWO": 2})
        bits = e.Flag("Bits", ["A", "B", "C"])
        more = e.IntFlag("More", "X Y")

        class Word(e.StrEnum):  # type: ignore[misc,name-defined]
            HELLO = e.auto()

        class Paint(e.Enum):  # type: ignore[misc,name-defined]
            LIGHT = e.auto()
            DARK = e.auto()

            @property
            def label(self) -> str:
                return str(self.name).title()

        values = [
            color.RED, color(2), color["GREEN"], list(color), number.ONE + 1, number.TWO > 1, f"{number.TWO}",
            bits.A | bits.C, ~bits.A, list(bits.A | bits.B), bits(0), bits.C.value, more.X | more.Y,
            Word.HELLO, f"{Word.HELLO}", Word("hello"), Paint.DARK, Paint.DARK.label, isinstance(number.ONE, e.Enum),
            issubclass(bits, e.Enum), issubclass(more, e.Flag), issubclass(color, e.IntEnum), len(color),
            color.__members__, e.unique(color), color.RED in color, str(Paint.LIGHT), color.RED is color(1),
        ]  # fmt: skip
        for wrong in (lambda: color(9), lambda: color["X"], lambda: Word("x")):
            try:
                wrong()
            except (ValueError, KeyError) as error:
                values.append(f"{type(error).__name__}: {error}")
        return [repr(value) for value in values]

    assert [text.replace("__main__.", "") for text in shown(ours)] == [
        text.replace("tests.facades.test_gadgets.", "") for text in shown(theirs)
    ]


def test_dataclasses_see_classvar_as_text(runtime: Any) -> None:
    dataclasses = runtime.load("dataclasses")
    runtime.namespace.update(ClassVar=typing.ClassVar, InitVar=dataclasses.InitVar, typing=runtime.load("typing"))

    @guest
    class Point:
        x: int
        scale: int = 2
        count: int = 0
        extra: int = 5

        def __post_init__(self, extra: int) -> None:
            self.total = self.x + extra

    Point.__annotations__.update(scale="ClassVar[int]", count="typing.ClassVar[int]", extra="InitVar[int]", x="int")
    made = dataclasses.dataclass(Point)
    assert [field.name for field in dataclasses.fields(made)] == ["x"]
    assert (repr(made(1)).endswith("Point(x=1)"), made(1).total) == (True, 6)
    assert dataclasses.asdict(made(1)) == {"x": 1}
    assert dataclasses.astuple(made(1)) == (1,)


def test_argparse_stores_plain_names_on_its_own_namespace_only(runtime: Any) -> None:
    argparse = runtime.load("argparse")
    parser = argparse.ArgumentParser(prog="x")
    parser.add_argument("--out-dir", default="d")
    parser.add_argument("n", type=int)
    assert vars(parser.parse_args(["3", "--out-dir", "e"])) == {"out_dir": "e", "n": 3}
    with pytest.raises(ValueError, match="underscores"):
        parser.add_argument("--y", dest="__class__")
    with pytest.raises(ValueError, match="underscores"):
        parser.set_defaults(__class__=1)
    with pytest.raises(TypeError, match="argparse.Namespace only"):
        parser.parse_args(["3"], namespace=native_copy)
    with pytest.raises(SystemExit) as caught:
        parser.parse_args(["a"])
    assert caught.value.code == 2
    assert "error: argument n: invalid int value: 'a'" in runtime.err.getvalue()


def test_mocks_configure_through_the_gate(runtime: Any) -> None:
    mock, json = runtime.load("unittest.mock"), runtime.load("json")
    assert mock.Mock(**{"a.b.return_value": 3}).a.b() == 3
    with pytest.raises(Stop):
        mock.Mock(spec=json.JSONEncoder).configure_mock(**{"__class__.default": 1})
    with pytest.raises(Stop):
        mock.Mock(**{"a.__class__": 1})
    with pytest.raises(TypeError, match="patch\\(\\) takes '__main__.name' here"):
        mock.patch("os.system")
    runtime.namespace["f"] = len
    with mock.patch("__main__.f", return_value=7):
        assert runtime.namespace["f"]() == 7
    assert runtime.namespace["f"] is len
