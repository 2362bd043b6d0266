"""xml.etree.ElementTree over text and files of /cell.

Invariants: no external entity is read; a document whose entities expand beyond the limits is refused by the parser's
own amplification guard; files are opened through CellFiles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .files import Stream
from .runtime import Runtime
from .spec import Spec, because, words


def _opened(runtime: Runtime, source: Any, mode: str) -> tuple[Any, bool]:
    """A file object and whether it is ours to close."""
    if hasattr(source, "read" if mode == "rb" else "write"):
        return Stream(source), False
    return runtime.files.open(source, mode), True


def _build(real: Any, runtime: Runtime) -> Mapping[str, object]:
    class ElementTree(real.ElementTree):  # type: ignore[misc]
        """``xml.etree.ElementTree.ElementTree`` on files of /cell."""

        def __init__(self, element: Any = None, file: Any = None) -> None:
            super().__init__(element)
            if file is not None:
                self.parse(file)

        def parse(self, source: Any, parser: Any = None) -> Any:
            """Read a document."""
            file, ours = _opened(runtime, source, "rb")
            try:
                return super().parse(file, parser)
            finally:
                if ours:
                    file.close()

        def write(self, file_or_filename: Any, *args: Any, **options: Any) -> None:
            """Write the document."""
            file, ours = _opened(runtime, file_or_filename, "wb")
            try:
                super().write(file, *args, **options)
            finally:
                if ours:
                    file.close()

    ElementTree.__module__, ElementTree.__qualname__ = "xml.etree.ElementTree", "ElementTree"

    def parse(source: Any, parser: Any = None) -> Any:
        tree = ElementTree()
        tree.parse(source, parser)
        return tree

    def iterparse(source: Any, events: Any = None, parser: Any = None) -> Any:
        file, _ours = _opened(runtime, source, "rb")
        return real.iterparse(file, events, parser)

    def dump(elem: Any) -> None:
        tree = elem if isinstance(elem, real.ElementTree) else ElementTree(elem)
        tree.write(runtime.streams.stdout, encoding="unicode")
        tail = tree.getroot().tail
        if not tail or tail[-1] != "\n":
            runtime.streams.stdout.write("\n")

    def canonicalize(xml_data: Any = None, *, out: Any = None, from_file: Any = None, **options: Any) -> Any:
        if xml_data is None and from_file is not None:
            file, ours = _opened(runtime, from_file, "rb")
            try:
                xml_data = file.read()
            finally:
                if ours:
                    file.close()
        return real.canonicalize(xml_data, out=out, **options)

    return {
        "canonicalize": canonicalize,
        "ElementTree": ElementTree,
        "parse": parse,
        "iterparse": iterparse,
        "dump": dump,
    }


SPECS = (
    Spec(name="xml", real=""),
    Spec(name="xml.etree", real=""),
    Spec(
        name="xml.etree.ElementTree",
        names=words(
            """C14NWriterTarget Comment Element PI ParseError ProcessingInstruction QName SubElement TreeBuilder
            VERSION XML XMLID XMLParser XMLPullParser fromstring fromstringlist indent iselement tostring
            tostringlist"""
        ),
        own=words("ElementTree canonicalize dump iterparse parse"),
        bases=words("TreeBuilder"),
        settable={"Element": words("tag text tail attrib")},
        left_out=because(process="register_namespace"),
        build=_build,
    ),
)
