"""The SARIF log of a scan, held to what the standard's schema asks of the objects that it uses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from executors.scan import Scanned, Scanner, sarif_document
from sandbox.findings import Finding

# From the JSON schema of SARIF 2.1.0 (errata 01): required properties, then the allowed ones that are used here.
OBJECTS: dict[str, tuple[set[str], set[str]]] = {
    "log": ({"version", "runs"}, {"$schema"}),
    "run": (
        {"tool"},
        {"invocations", "originalUriBaseIds", "artifacts", "columnKind", "newlineSequences", "properties", "results"},
    ),
    "tool": ({"driver"}, set()),
    "driver": ({"name"}, {"version", "rules"}),
    "rule": ({"id"}, {"shortDescription", "fullDescription", "help", "defaultConfiguration"}),
    "message": ({"text"}, set()),
    "invocation": ({"executionSuccessful"}, {"toolExecutionNotifications"}),
    "notification": ({"message"}, {"level", "locations"}),
    "artifact": (set(), {"location"}),
    "result": (
        {"message"},
        {"ruleId", "ruleIndex", "level", "locations", "partialFingerprints", "properties"},
    ),
    "location": (set(), {"physicalLocation"}),
    "physicalLocation": ({"artifactLocation"}, {"region"}),
    "artifactLocation": (set(), {"uri", "uriBaseId", "index"}),
    "region": ({"startLine"}, {"startColumn", "endLine", "endColumn"}),
}
LEVELS = {"none", "note", "warning", "error"}


def parts(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a log with the name of its kind."""
    yield "log", document
    for run in document["runs"]:
        yield "run", run
        yield "tool", run["tool"]
        yield "driver", run["tool"]["driver"]
        for rule in run["tool"]["driver"]["rules"]:
            yield "rule", rule
            yield from (("message", rule[name]) for name in ("shortDescription", "fullDescription", "help"))
        for invocation in run["invocations"]:
            yield "invocation", invocation
            for notification in invocation["toolExecutionNotifications"]:
                yield "notification", notification
                yield "message", notification["message"]
                yield from places(notification["locations"])
        for artifact in run["artifacts"]:
            yield "artifact", artifact
            yield "artifactLocation", artifact["location"]
        for result in run["results"]:
            yield "result", result
            yield "message", result["message"]
            yield from places(result["locations"])


def places(locations: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for location in locations:
        yield "location", location
        yield "physicalLocation", location["physicalLocation"]
        yield "artifactLocation", location["physicalLocation"]["artifactLocation"]
        if "region" in location["physicalLocation"]:
            yield "region", location["physicalLocation"]["region"]


def check(document: dict[str, Any]) -> None:
    """Whether a log has the structure that the standard demands."""
    json.dumps(document, allow_nan=False)
    for kind, part in parts(document):
        required, optional = OBJECTS[kind]
        assert required <= set(part) <= required | optional, (kind, set(part))
    assert document["version"] == "2.1.0"
    for run in document["runs"]:
        rules = run["tool"]["driver"]["rules"]
        assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
        assert len({rule["id"] for rule in rules}) == len(rules)
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            assert result["level"] in LEVELS
            assert all(type(text) is str for text in result["partialFingerprints"].values())
        for kind, part in parts(document):
            if kind == "region":
                assert all(type(value) is int and value >= 1 for value in part.values())
                start = (part["startLine"], part.get("startColumn", 1))
                assert start <= (part.get("endLine", part["startLine"]), part.get("endColumn", 1 << 31))
            if kind == "artifactLocation":
                assert part["uri"].isascii() and " " not in part["uri"] and "\\" not in part["uri"]
                assert part.get("uriBaseId", "%SRCROOT%") in run["originalUriBaseIds"]
                if "index" in part:
                    assert run["artifacts"][part["index"]]["location"]["uri"] == part["uri"]


@pytest.fixture(scope="module")
def found() -> Iterator[Callable[..., Scanned]]:
    with Scanner(tools=["search"]) as scanner:
        yield scanner.scan


def regions(document: dict[str, Any]) -> list[dict[str, int]]:
    (run,) = document["runs"]
    return [result["locations"][0]["physicalLocation"].get("region", {}) for result in run["results"]]


def test_a_log_has_the_structure_of_the_standard(found: Callable[..., Scanned]) -> None:
    document = sarif_document(
        [
            found("import socket\nx.gi_frame\ndef search(): pass\n", "one.py"),
            found("x = (", "two.py"),
            found("", "three.py"),
            Scanned("four.py", problem="No such file or directory"),
            Scanned("five.py", "x", (Finding("crash", "WorkerCrashed", "", "not read: it ended"),)),
        ],
        "interpreter",
    )
    check(document)
    (run,) = document["runs"]
    assert [(each["ruleId"], each["level"]) for each in run["results"]] == [
        ("HC101", "error"), ("HC104", "error"), ("HC201", "error"), ("not-python", "error"), ("not-read", "error")
    ]  # fmt: skip
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "HC101", "HC104", "HC201", "not-python", "not-read"
    ]  # fmt: skip
    assert run["invocations"][0]["executionSuccessful"] is False


def test_columns_are_utf16_code_units(found: Callable[..., Scanned]) -> None:
    document = sarif_document([found("'😀é'; x.gi_frame\n'😀'; (x\n .gi_frame)")], "interpreter")
    check(document)
    assert regions(document) == [
        {"startLine": 1, "startColumn": 8, "endLine": 1, "endColumn": 18},
        {"startLine": 2, "startColumn": 8, "endLine": 3, "endColumn": 11},
    ]


def test_fingerprints_stay_when_lines_move(found: Callable[..., Scanned]) -> None:
    def prints(code: str) -> list[str]:
        (run,) = sarif_document([found(code)], "interpreter")["runs"]
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]

    first = prints("x.gi_frame\ny.gi_frame\nx.gi_frame")
    assert len(set(first)) == 3
    assert first[0].removesuffix(":1") == first[2].removesuffix(":2")
    assert prints("# more\n\nif x:\n  x.gi_frame\n  y.gi_frame\nx.gi_frame") == first
    assert not set(prints("z.gi_frame")) & set(first)


def test_locations_are_relative_below_the_current_directory(
    found: Callable[..., Scanned], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    names = ["a b/é#.py", str(tmp_path / "here" / "c.py"), "-", str(tmp_path / "d e.py")]
    document = sarif_document([found("x.gi_frame", name) for name in names], "interpreter")
    check(document)
    (run,) = document["runs"]
    assert [each["location"] for each in run["artifacts"]] == [
        {"uri": "a%20b/%C3%A9%23.py", "uriBaseId": "%SRCROOT%"},
        {"uri": "c.py", "uriBaseId": "%SRCROOT%"},
        {"uri": "stdin", "uriBaseId": "%SRCROOT%"},
        {"uri": (tmp_path / "d e.py").as_uri()},
    ]
    assert str(tmp_path) not in json.dumps(run["originalUriBaseIds"])


def test_imports_that_the_source_handles_are_notes(found: Callable[..., Scanned]) -> None:
    (run,) = sarif_document([found("try:\n import socket\nexcept ImportError:\n pass")], "interpreter")["runs"]
    assert [(each["level"], each["properties"]) for each in run["results"]] == [("note", {"when": "caught"})]
