"""argparse for a given list of arguments.

Invariants: a parser stores only plain identifiers, and only on its own Namespace; files are not opened for a parser.
"""

from __future__ import annotations

import argparse as _argparse
import sys
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

from .gadgets import check_identifier
from .runtime import Runtime
from .spec import Spec, because, words


class CellNamespace(_argparse.Namespace):
    """``argparse.Namespace`` that takes plain names only: ``__class__`` would turn it into another class' instance."""

    def __init__(self, **options: Any) -> None:
        for name in options:
            check_identifier(name, "an argument's destination")
        super().__init__(**options)


CellNamespace.__module__, CellNamespace.__name__, CellNamespace.__qualname__ = "argparse", "Namespace", "Namespace"


def _checked(action: type) -> type:
    """An action that stores plain names only, and on a Namespace only: guests hold actions and can call them."""

    def __init__(self: Any, *args: Any, **options: Any) -> None:
        action.__init__(self, *args, **options)  # type: ignore[misc]
        if self.dest is not _argparse.SUPPRESS:
            check_identifier(self.dest.replace("-", "_"), "an argument's destination")

    def __call__(self: Any, parser: Any, namespace: Any, *rest: Any, **options: Any) -> None:
        if type(namespace) is not CellNamespace:
            raise TypeError("an action fills an argparse.Namespace only")
        action.__call__(self, parser, namespace, *rest, **options)

    space = {"__init__": __init__, "__call__": __call__, "__module__": "argparse"}
    return type(action.__name__, (action,), space)


_ACTIONS = {name: _checked(action) for name, action in _argparse.ArgumentParser()._registries["action"].items()}
CellBooleanOptionalAction = _checked(_argparse.BooleanOptionalAction)


def _is_librarys(action: object) -> bool:
    return isinstance(action, type) and action.__module__ == "argparse"


class CellParser(_argparse.ArgumentParser):
    """Base of an engine's ``argparse.ArgumentParser``."""

    _runtime: ClassVar[Runtime]

    def __init__(self, prog: str | None = None, *args: Any, **options: Any) -> None:
        super().__init__("" if prog is None else prog, *args, **options)

    def register(self, registry_name: str, value: Any, object: Any) -> None:
        """Name an action or a type."""
        known = _ACTIONS.get(value) if registry_name == "action" else None
        super().register(registry_name, value, object if known is None or not _is_librarys(object) else known)

    def _add_action(self, action: Any) -> Any:
        if action.dest is not _argparse.SUPPRESS:
            check_identifier(action.dest.replace("-", "_"), "an argument's destination")
        return super()._add_action(action)

    def set_defaults(self, **options: Any) -> None:
        """Default values by destination."""
        for name in options:
            check_identifier(name, "an argument's destination")
        super().set_defaults(**options)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """The namespace and the arguments that are left over."""
        if namespace is not None and type(namespace) is not CellNamespace:
            raise TypeError("parse_args() fills an argparse.Namespace only")
        return super().parse_known_args([] if args is None else list(args), namespace or CellNamespace())

    def _read_args_from_files(self, arg_strings: Any) -> list[str]:
        expanded: list[str] = []
        for text in arg_strings:
            if not text or text[0] not in (self.fromfile_prefix_chars or ""):
                expanded.append(text)
                continue
            with self._runtime.files.open(text[1:]) as file:
                lines = [arg for line in file.read().splitlines() for arg in self.convert_arg_line_to_args(line)]
            expanded += self._read_args_from_files(lines)
        return expanded

    def _print_message(self, message: str, file: Any = None) -> None:
        if message:
            streams = self._runtime.streams
            # The library passes the process' own streams; the guest's take their place.
            if file is None or file is sys.stdout:
                file = streams.stdout
            (streams.stderr if file is sys.stderr else file).write(message)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Write the message to stderr and raise SystemExit."""
        if message:
            self._runtime.streams.stderr.write(message)
        raise SystemExit(status)

    def print_usage(self, file: Any = None) -> None:
        """Write how to call."""
        self._print_message(self.format_usage(), self._runtime.streams.stdout if file is None else file)

    def print_help(self, file: Any = None) -> None:
        """Write the help text."""
        self._print_message(self.format_help(), self._runtime.streams.stdout if file is None else file)


def _build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    space: dict[str, Any] = {"_runtime": runtime, "__module__": "argparse", "__qualname__": "ArgumentParser"}
    return {
        "ArgumentParser": type("ArgumentParser", (CellParser,), space),
        "BooleanOptionalAction": CellBooleanOptionalAction,
        "Namespace": CellNamespace,
    }


SPECS = (
    Spec(
        name="argparse",
        names=words(
            """ArgumentDefaultsHelpFormatter ArgumentError ArgumentTypeError HelpFormatter
            MetavarTypeHelpFormatter ONE_OR_MORE OPTIONAL PARSER REMAINDER RawDescriptionHelpFormatter
            RawTextHelpFormatter SUPPRESS ZERO_OR_MORE"""
        ),
        own=words("ArgumentParser BooleanOptionalAction Namespace"),
        settable={"Namespace": ("*",)},
        left_out=because(files="FileType", attributes="Action", undocumented="ngettext"),
        build=_build,
    ),
)
