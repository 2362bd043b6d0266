"""matplotlib: what guests get in place of methods that draw, save or configure.

Invariants: nothing runs TeX, opens a font file or loads a backend by name; a figure is saved in /cell or to an open
file of the guest's; templates that matplotlib formats itself name the value and nothing of it; settings are those of
the looks.
"""

from __future__ import annotations

import importlib
import io
import os
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .. import figures
from .frame_checks import named, path_of
from .runtime import Runtime
from .spec import words
from .templates import template

_FORMATS = frozenset(words("gif jpeg jpg pdf png raw rgba svg tif tiff webp"))
_PICTURES = words("BMP GIF JPEG PNG PPM TIFF WEBP")
_PILLOW = frozenset(words("compress_level optimize progressive quality"))
_DEPTH = 6


# -- arguments
_FONTS = frozenset(words("font fontproperties font_properties prop title_fontproperties"))
_REVIEWED = _FONTS | frozenset(
    words("FigureClass axes_class backend file fmt fname format projection usetex wedge_labels")
)
"""Names of arguments that are looked at."""


def plain(runtime: Runtime, value: Any, depth: int = _DEPTH) -> Any:
    """An argument as matplotlib may see it: mappings are plain dictionaries whose entries are reviewed.

    What guests made is plain data or a function: matplotlib would unpack anything that has ``keys``.
    """
    cls = type(value)
    if cls in _ATOMS:
        return value
    if isinstance(value, Mapping):
        if depth == 0:
            runtime.refuse("HC202", "matplotlib: options nested this deep")
        pairs = dict.items(value) if isinstance(value, dict) else [(key, value[key]) for key in value]
        return options(runtime, dict(pairs), depth - 1)
    if cls in (list, tuple):
        kinds = set(map(type, value)) - _ATOMS
        if any(_is_looked_at(runtime, kind) for kind in kinds):
            return cls(plain(runtime, each, depth - 1) for each in value)
        return value
    if runtime.is_guest_class(cls) or (issubclass(cls, type) and runtime.is_guest_class(value)):
        return _guests(runtime, value, depth)
    root = cls.__module__.partition(".")[0]
    if cls is types.MethodType and runtime.is_guest_class(type(value.__func__)):
        runtime.refuse("HC202", "matplotlib: a method of an object of your own (pass a function)")
    if root not in _DRAWN and callable(value) and not isinstance(value, type):
        return named(value)  # it may hand on the attributes of what it is made of
    if cls is super or root not in _DATA:
        runtime.refuse("HC202", f"matplotlib: a '{cls.__name__}' object (pass numbers, texts or lists)")
    if hasattr(cls, "keys"):
        _check_labels(runtime, value)
    return value


_ATOMS = frozenset({type(None), bool, int, float, complex, str, bytes})
_DRAWN = frozenset(words("cycler matplotlib numpy pandas"))
_DATA = _DRAWN | frozenset(words("array builtins calendar collections datetime decimal fractions itertools pathlib"))
"""Packages whose objects matplotlib may see as they are."""
_PLAIN: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (str, str.__str__), (int, int.__int__), (float, float.__float__),
    (list, lambda value: list(list.__iter__(value))), (tuple, lambda value: tuple(tuple.__iter__(value))),
)  # fmt: skip


def _is_looked_at(runtime: Runtime, kind: type) -> bool:
    if issubclass(kind, (Mapping, list, tuple, type)) or hasattr(kind, "keys") or runtime.is_guest_class(kind):
        return True
    return kind.__module__.partition(".")[0] not in _DRAWN | {"datetime"}


def _guests(runtime: Runtime, value: Any, depth: int) -> Any:
    """What stands for an instance of a guest's class, or such a class."""
    for base, convert in _PLAIN:
        if isinstance(value, base):
            return plain(runtime, convert(value), depth - 1)
    if callable(value):
        return named(value)
    runtime.refuse("HC202", f"matplotlib: a '{type(value).__name__}' object of your own (pass numbers, texts or lists)")


def _check_labels(runtime: Runtime, value: Any) -> None:
    """A table or row could be taken for options: its labels are no names of reviewed arguments."""
    labels = value.keys()
    if getattr(getattr(labels, "dtype", None), "kind", "O") in "iufbmM":
        return
    for label in labels:
        if isinstance(label, str) and str.__str__(label) in _REVIEWED:
            runtime.refuse("HC202", f"matplotlib: data with the label {str.__str__(label)!r}")


def options(runtime: Runtime, given: Mapping[Any, Any], depth: int = _DEPTH) -> dict[Any, Any]:
    """Keyword arguments: the same for every value, and no TeX, font files, backends or classes of figures."""
    found: dict[Any, Any] = {}
    for name, value in given.items():
        if type(name) is not str:
            if isinstance(name, str):
                runtime.refuse("HC109", "matplotlib: an option's name of a str subclass")
            found[name] = plain(runtime, value, depth)
            continue
        if name == "data":  # a table, which is indexed by name and not unpacked
            found[name] = value if not runtime.is_guest_class(type(value)) else plain(runtime, value, depth)
            continue
        value = plain(runtime, value, depth)
        if name in _REVIEWED and value is not None:
            value = _reviewed(runtime, name, value)
        found[name] = value
    return found


def _reviewed(runtime: Runtime, name: str, value: Any) -> Any:
    """The argument of a name that opens files, imports modules or formats text."""
    if name in ("fmt", "format", "wedge_labels"):
        return template(runtime, value)
    if name in _FONTS:
        if type(value) is dict or (type(value) is str and not any(mark in value for mark in ":=/\\")):
            return value
        runtime.refuse("HC202", "matplotlib: a font by its file")
    if name == "usetex":
        if value is not False:
            runtime.refuse("HC202", "matplotlib: usetex, which runs TeX ($...$ works without it)")
    elif name != "projection" or type(value) is not str:
        runtime.refuse("HC202", f"matplotlib: {name}=")
    return value


def careful(runtime: Runtime, value: Any, native: Any) -> Any:
    """A method whose arguments are reviewed; an attribute that is not a method as it is."""
    if not callable(native) or isinstance(native, type) or hasattr(type(native), "get_cmap"):
        return native

    def method(*args: Any, **kwargs: Any) -> Any:
        return native(*(plain(runtime, each) for each in args), **options(runtime, kwargs))

    method.__name__ = method.__qualname__ = getattr(native, "__name__", "method")
    return method


def formatted(keyword: str, place: int = 0) -> Callable[[Runtime, Any, Any], Any]:
    """For a method that takes a format template, such as ``bar_label(fmt=)``."""

    def make(runtime: Runtime, value: Any, native: Any) -> Any:
        checked = careful(runtime, value, native)

        def method(*args: Any, **kwargs: Any) -> Any:
            if len(args) > place:
                args = (*args[:place], template(runtime, args[place]), *args[place + 1 :])
            if keyword in kwargs:
                kwargs[keyword] = template(runtime, kwargs[keyword])
            return checked(*args, **kwargs)

        return method

    return make


# -- saving and showing
def saved(runtime: Runtime, value: Any, native: Any) -> Any:
    """``savefig``: to a path of /cell, or an open file."""

    def savefig(fname: Any, *args: Any, format: Any = None, pil_kwargs: Any = None, **kwargs: Any) -> None:
        given = options(runtime, kwargs)
        if pil_kwargs is not None:
            given["pil_kwargs"] = options(runtime, dict(pil_kwargs))
            if not set(given["pil_kwargs"]) <= _PILLOW:
                runtime.refuse("HC402", "matplotlib: pil_kwargs beyond " + ", ".join(sorted(_PILLOW)))
        if not isinstance(fname, (str, bytes, os.PathLike)):
            if not isinstance(fname, io.IOBase) or runtime.is_guest_class(type(fname)):
                raise TypeError(f"a path or an open file, not a '{type(fname).__name__}' object")
            native(fname, *args, format=_format(runtime, format or "png"), **given)
            return
        name = runtime.files.text(fname)
        ending = os.path.splitext(name)[1][1:]
        if format is None and not ending:
            name, ending = f"{name.rstrip('.')}.png", "png"
        kind = _format(runtime, format or ending)
        stream = io.BytesIO()
        native(stream, *args, format=kind, **given)
        with runtime.files.open(name, "wb") as file:
            file.write(stream.getvalue())

    return savefig


def _format(runtime: Runtime, kind: Any) -> str:
    if type(kind) is not str or kind.lower() not in _FORMATS:
        runtime.refuse("HC402", f"matplotlib: the file format {kind!r}")
    return kind.lower()


def keep(runtime: Runtime, figure: Any) -> None:
    """Put a figure beside the guest's files, where the host finds it as an artifact of the run."""
    figures.keep(runtime.host.cell.path, figure)


def shown(runtime: Runtime, value: Any, native: Any) -> Any:
    """``figure.show()``: the figure becomes an artifact."""

    def show(*args: Any, **kwargs: Any) -> None:
        keep(runtime, value)

    return show


def read_image(runtime: Runtime, native: Any) -> Any:
    """``imread``: a path of /cell, or an open file."""

    def imread(fname: Any, format: Any = None) -> Any:
        if isinstance(fname, (str, bytes, os.PathLike)):
            with runtime.files.open(path_of(runtime, fname), "rb") as file:
                stream = io.BytesIO(file.read())
            ending = os.path.splitext(runtime.files.text(fname))[1][1:].lower()
            return picture(stream, format or ending or "png")
        if not isinstance(fname, io.IOBase) or runtime.is_guest_class(type(fname)):
            raise TypeError(f"a path or an open file, not a '{type(fname).__name__}' object")
        return picture(io.BytesIO(fname.read()), format or "png")

    def picture(stream: io.BytesIO, kind: Any) -> Any:
        image: Any = importlib.import_module("PIL.Image")

        image.open(stream, formats=_PICTURES)  # other formats run programs
        stream.seek(0)
        return native(stream, format=str(kind))

    return imread


def write_image(runtime: Runtime, native: Any) -> Any:
    """``imsave``: a path of /cell, or an open file."""

    def imsave(fname: Any, arr: Any, *, format: Any = None, **kwargs: Any) -> None:
        def write(stream: Any, *args: Any, format: str, **given: Any) -> None:
            native(stream, arr, format=format, **given)

        saved(runtime, None, write)(fname, format=format, **kwargs)

    return imsave


# -- settings
_FAMILIES = frozenset(
    words(
        """axes axes3d boxplot contour date errorbar figure font grid hatch hist image legend lines markers mathtext
        patch path pcolor pcolormesh pdf polaraxes savefig scatter svg text xaxis xtick yaxis ytick"""
    )
)
_KEPT_SETTINGS = frozenset(
    words(
        "date.converter figure.hooks savefig.directory savefig.format svg.image_inline text.latex.preamble text.usetex"
    )
)


def setting(runtime: Runtime, name: Any, value: Any) -> tuple[str, Any]:
    """One entry for ``rcParams``, reviewed."""
    if type(name) is not str:
        runtime.refuse("HC109", "a setting's name that is not a plain string")
    if name == "backend" and type(value) is str and value.lower() == "agg":
        return name, "agg"
    usetex_off = name == "text.usetex" and value is False
    if name.partition(".")[0] not in _FAMILIES or (name in _KEPT_SETTINGS and not usetex_off):
        runtime.refuse("HC202", f"matplotlib: the setting {name!r}")
    if name == "axes.prop_cycle" and isinstance(value, str):
        runtime.refuse("HC202", "matplotlib: a cycle of properties as text; use cycler()")
    if name.startswith("mathtext.") and isinstance(value, str):
        value = str.__str__(value)
        if any(mark in value for mark in "=/\\"):
            runtime.refuse("HC202", "matplotlib: a font by its file")
    return name, value


def settings(runtime: Runtime, given: Any) -> dict[str, Any]:
    """Entries for ``rcParams``, reviewed."""
    return dict(setting(runtime, name, value) for name, value in dict(given).items())


class Settings:
    """``rcParams`` for guests: a mapping that reviews what is stored."""

    def __init__(self, runtime: Runtime, real: Any) -> None:
        self.__runtime = runtime
        self.__real = real

    def __getitem__(self, name: Any) -> Any:
        return self.__real[name]

    def __setitem__(self, name: Any, value: Any) -> None:
        name, value = setting(self.__runtime, name, value)
        if name != "backend":
            self.__real[name] = value

    def __contains__(self, name: object) -> bool:
        return name in self.__real

    def __iter__(self) -> Iterator[str]:
        return iter(self.__real)

    def __len__(self) -> int:
        return len(self.__real)

    def __repr__(self) -> str:
        return repr(self.__real)

    def get(self, name: Any, default: Any = None) -> Any:
        """``dict.get``."""
        return self.__real[name] if name in self.__real else default

    def keys(self) -> Any:
        """``dict.keys``."""
        return self.__real.keys()

    def values(self) -> Any:
        """``dict.values``."""
        return self.__real.values()

    def items(self) -> Any:
        """``dict.items``."""
        return self.__real.items()

    def copy(self) -> dict[str, Any]:
        """A plain dictionary of all settings."""
        return {name: self.__real[name] for name in self.__real}

    def update(self, *given: Any, **more: Any) -> None:
        """``dict.update``, reviewed."""
        for name, value in dict(*given, **more).items():
            self[name] = value
