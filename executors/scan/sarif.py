"""The findings of a scan as a SARIF 2.1.0 log (OASIS standard, sections 3.13 to 3.58).

Invariants: columns are UTF-16 code units, as ``columnKind`` says; paths inside the current directory are relative to
it and no absolute path of it is told; a fingerprint depends on rule, text of the line and how often that text has come
before, not on the line's number.
"""

from __future__ import annotations

import collections
import hashlib
import importlib.metadata
import os
import re
import urllib.parse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sandbox.findings import Finding
from sandbox.refusals import TABLE

from .scanner import Scanned, readable

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
NOT_PYTHON, NOT_READ = "not-python", "not-read"
_OTHER_RULES = {
    NOT_PYTHON: (
        "source that CPython cannot compile",
        "the parser or compiler of this Python rejects it",
        "correct it",
    ),
    NOT_READ: ("source whose reading failed", "the worker that read it ended", "look at this source with care"),
}
_LEVELS = {"before": "error", "there": "error", "caught": "note"}
_LINE_END = re.compile(r"\r\n|\r|\n")


def sarif_document(scanned: Sequence[Scanned], engine: str) -> dict[str, Any]:
    """One log with one run. ``engine`` is whose refusals they are."""
    rules = sorted({_rule(finding) for each in scanned for finding in each.findings})
    problems = [each for each in scanned if each.problem]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "hardcell scan",
                        **_version(),
                        "rules": [_rule_object(rule) for rule in rules],
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": not problems,
                        "toolExecutionNotifications": [_notification(each) for each in problems],
                    }
                ],
                "originalUriBaseIds": {ROOT: {"description": {"text": "the directory that the scan was started in"}}},
                "artifacts": [{"location": _location(each.path)} for each in scanned],
                "columnKind": "utf16CodeUnits",
                "newlineSequences": ["\r\n", "\n", "\r"],
                "properties": {"engine": engine},
                "results": [result for index, each in enumerate(scanned) for result in _results(each, index, rules)],
            }
        ],
    }


def _version() -> dict[str, str]:
    """Nothing where hardcell runs from a source tree that nobody installed."""
    try:
        return {"version": importlib.metadata.version("hardcell")}
    except importlib.metadata.PackageNotFoundError:
        return {}


def _rule(finding: Finding) -> str:
    return finding.code or (NOT_PYTHON if finding.kind == "guest" else NOT_READ)


def _rule_object(rule: str) -> dict[str, Any]:
    row = TABLE.get(rule)
    construct, why, instead = (row.construct, row.why, row.instead) if row else _OTHER_RULES[rule]
    return {
        "id": rule,
        "shortDescription": {"text": f"{construct}."},
        "fullDescription": {"text": f"{construct}: {why}."},
        "help": {"text": f"Why: {why}. Instead: {instead}."},
        "defaultConfiguration": {"level": "error"},
    }


def _notification(each: Scanned) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": readable(f"{each.path}: {each.problem}")},
        "locations": [{"physicalLocation": {"artifactLocation": _location(each.path)}}],
    }


def _results(each: Scanned, index: int, rules: Sequence[str]) -> Iterator[dict[str, Any]]:
    lines = _LINE_END.split(each.code)
    seen: collections.Counter[str] = collections.Counter()
    for finding in each.findings:
        rule = _rule(finding)
        text = lines[finding.line - 1].strip() if finding.line and finding.line <= len(lines) else ""
        print_of_line = hashlib.sha256(f"{rule}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
        seen[print_of_line] += 1
        place: dict[str, Any] = {"artifactLocation": {**_location(each.path), "index": index}}
        if finding.line is not None:
            place["region"] = _region(finding, lines)
        yield {
            "ruleId": rule,
            "ruleIndex": rules.index(rule),
            "level": _LEVELS[finding.when],
            "message": {"text": finding.message},
            "locations": [{"physicalLocation": place}],
            "partialFingerprints": {"primaryLocationLineHash": f"{print_of_line}:{seen[print_of_line]}"},
            "properties": {"when": finding.when},
        }


def _region(finding: Finding, lines: Sequence[str]) -> dict[str, int]:
    region = {"startLine": finding.line or 1}
    if finding.column is not None:
        region["startColumn"] = _units(lines, finding.line, finding.column)
    if finding.end_line is not None and finding.end_column is not None:
        region |= {"endLine": finding.end_line, "endColumn": _units(lines, finding.end_line, finding.end_column)}
    return region


def _units(lines: Sequence[str], line: int | None, column: int) -> int:
    """The 1-based UTF-16 code unit of a 1-based character; beyond the text it stays what it is."""
    if line is None or line > len(lines):
        return column
    return len(lines[line - 1][: column - 1].encode("utf-16-le", "surrogatepass")) // 2 + 1


def _location(path: str) -> dict[str, str]:
    """Relative to the current directory where it is below it, else absolute."""
    if path == "-":
        return {"uri": "stdin", "uriBaseId": ROOT}
    real = Path(path).absolute()
    try:
        inside = real.relative_to(Path.cwd())
    except ValueError:
        return {"uri": real.as_uri()}
    return {"uri": urllib.parse.quote(os.fsencode(inside.as_posix())), "uriBaseId": ROOT}
