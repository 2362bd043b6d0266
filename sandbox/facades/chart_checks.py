"""matplotlib: what guests get in place of methods that draw, save or configure.

Invariants: nothing runs TeX, opens a font file or loads a backend by name; a figure is saved in /cell or to an open
file of the guest's; templates that matplotlib formats itself name the value and nothing of it; settings are those of
the looks.
"""

from __future__ import annotations

import io
import os
import pathlib
import string
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .frame_checks import path_of
from .runtime import Runtime
from .spec import words

_FONTS = frozenset(words("font fontproperties font_properties prop title_fontproperties"))
_FORMATS = frozenset(words("gif jpeg jpg pdf png raw rgba svg tif tiff webp"))
_PILLOW = frozenset(words("compress_level optimize progressive quality"))
_DEPTH = 6
_NO_OPTIONS = frozenset({type(None), bool, int, float, str, bytes, list, tuple, range, set})


# -- arguments
def plain(runtime: Runtime, value: Any, depth: int = _DEPTH) -> Any:
    """An argument as matplotlib may see it: mappings are plain dictionaries whose entries are reviewed."""
    if isinstance(value, Mapping):
        if depth == 0:
            runtime.refuse("HC202", "matplotlib: options nested this deep")
        pairs = dict.items(value) if isinstance(value, dict) else [(key, value[key]) for key in value]
        return options(runtime, dict(pairs), depth - 1)
    if type(value) in (list, tuple) and any(isinstance(each, Mapping) for each in value):
        return type(value)(plain(runtime, each, depth - 1) for each in value)
    if type(value) not in _NO_OPTIONS and hasattr(value, "items"):
        if not _is_table(runtime, value) or any(name in value for name in ("usetex", *_FONTS)):
            runtime.refuse("HC202", "matplotlib: an object of your own in place of a dict")
    return value


def _is_table(runtime: Runtime, value: Any) -> bool:
    """Whether it is a series or frame, whose ``items`` are its labels and data."""
    cls = type(value)
    return cls.__module__.partition(".")[0] == "pandas" and not runtime.is_guest_class(cls)


def options(runtime: Runtime, given: Mapping[Any, Any], depth: int = _DEPTH) -> dict[Any, Any]:
    """Keyword arguments: the same for every value, and no TeX, font files or backends."""
    for name, value in given.items():
        if name == "usetex" and value:
            runtime.refuse("HC202", "matplotlib: usetex, which runs TeX ($...$ works without it)")
        if name == "backend" and value is not None:
            runtime.refuse("HC202", "matplotlib: another backend")
        if name in ("fname", "file") or (name in _FONTS and _is_font_file(value)):
            runtime.refuse("HC202", "matplotlib: a font by its file")
    return {name: plain(runtime, value, depth) for name, value in given.items()}


def _is_font_file(value: Any) -> bool:
    """Whether matplotlib could take a font from a file: a path, or a fontconfig pattern with properties."""
    if isinstance(value, (os.PathLike, pathlib.PurePath)):
        return True
    return isinstance(value, str) and any(mark in value for mark in ":=/\\")


def careful(runtime: Runtime, value: Any, native: Any) -> Any:
    """A method whose arguments are reviewed; an attribute that is not a method as it is."""
    if not callable(native) or isinstance(native, type) or hasattr(type(native), "get_cmap"):
        return native

    def method(*args: Any, **kwargs: Any) -> Any:
        return native(*(plain(runtime, each) for each in args), **options(runtime, kwargs))

    method.__name__ = method.__qualname__ = getattr(native, "__name__", "method")
    return method


def template(runtime: Runtime, text: Any) -> Any:
    """A format template: its fields are a name or nothing, never attributes or items of the value."""
    if isinstance(text, str):
        for _, field, spec, _ in string.Formatter().parse(text):
            if (field and not field.isidentifier() and not field.isdigit()) or (spec and "{" in spec):
                runtime.refuse("HC101", f"the field {field!r} of a format template")
        return str.__str__(text)
    return text


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
        if pil_kwargs and not set(pil_kwargs) <= _PILLOW:
            runtime.refuse("HC402", "matplotlib: pil_kwargs beyond " + ", ".join(sorted(_PILLOW)))
        given = {**options(runtime, kwargs), **({"pil_kwargs": dict(pil_kwargs)} if pil_kwargs else {})}
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
    if not isinstance(kind, str) or kind.lower() not in _FORMATS:
        runtime.refuse("HC402", f"matplotlib: the file format {kind!r}")
    return kind.lower()


_SHOWN = "figures shown"
FOLDER = ".figures"


def keep(runtime: Runtime, figure: Any) -> None:
    """Put a figure beside the guest's files, where the host finds it as an artifact of the run."""
    number = runtime.kept[_SHOWN] = int(str(runtime.kept.get(_SHOWN, 0))) + 1
    folder = os.path.join(runtime.host.cell, FOLDER)
    os.makedirs(folder, exist_ok=True)
    stream = io.BytesIO()
    type(figure).savefig(figure, stream, format="png")
    with open(os.path.join(folder, f"figure-{number}.png"), "wb") as file:
        file.write(stream.getvalue())


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
            return native(stream, format=format or ending or "png")
        if not isinstance(fname, io.IOBase) or runtime.is_guest_class(type(fname)):
            raise TypeError(f"a path or an open file, not a '{type(fname).__name__}' object")
        return native(fname, format=format)

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
    words("figure.hooks savefig.directory savefig.format text.usetex text.latex.preamble date.converter")
)  # fmt: skip


def setting(runtime: Runtime, name: Any, value: Any) -> tuple[str, Any]:
    """One entry for ``rcParams``, reviewed."""
    if type(name) is not str:
        runtime.refuse("HC109", "a setting's name that is not a plain string")
    if name == "backend" and isinstance(value, str) and value.lower() == "agg":
        return name, "agg"
    usetex_off = name == "text.usetex" and value is False
    if name.partition(".")[0] not in _FAMILIES or (name in _KEPT_SETTINGS and not usetex_off):
        runtime.refuse("HC202", f"matplotlib: the setting {name!r}")
    if name == "axes.prop_cycle" and isinstance(value, str):
        runtime.refuse("HC202", "matplotlib: a cycle of properties as text; use cycler()")
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
