"""Lines of a worker as small trees: grown, mutated, and blown up to a frame of a megabyte by repetition.

A tree is JSON: ``{"as": a shape, "of": [fragments]}``. In a blown-up line each ``"@@"`` is the running number and each
``@`` in a text its digits, so keys differ where the tree wants it. Invariants: the same tree gives the same line.
"""

from __future__ import annotations

import copy
import itertools
import json
import random
from pathlib import Path
from typing import Any

from fuzz import target_values
from fuzz.megabyte import FRAME_BYTES
from sandbox.values import encode
from sandbox.values.decode import _TAGS

_DEAR = Path(__file__).parent / "dear"
ROOM = FRAME_BYTES - 100
LONGEST = 4096
_DONE = '{"t":"done","id":1,"value":%s,"repr":"","error":null,"final":false,"variables":[],"artifacts":[],"ops":0}\n'
_LABELS = '{"$":"index","x":{"k":"obj","v":[%s]},"n":null,"f":null}'
_CATEGORIES = '{"$":"column","x":{"k":"cat","x":{"d":"|i1","v":""},"u":' + _LABELS + ',"o":false}}'
_RANGE = '{"$":"rindex","v":[0,%d,1],"n":null}'
_FRAME = '{"$":"frame","i":' + _RANGE % 1 + ',"c":' + _RANGE % 4000 + ',"g":[%s],"a":null}'
SHAPES = {
    "list": _DONE % "[%s]",
    "set": _DONE % '{"$":"set","v":[%s]}',
    "frozenset": _DONE % '{"$":"frozenset","v":[%s]}',
    "tuple": _DONE % '{"$":"tuple","v":[%s]}',
    "pairs": _DONE % '{"$":"dict","v":[%s]}',
    "counter": _DONE % '{"$":"Counter","v":[%s]}',
    "object": _DONE % "{%s}",
    "record": _DONE % '{"$":"rec","t":"A","f":[%s]}',
    "rows": _DONE % '{"$":"series","i":{"$":"rindex","v":[0,9,1],"n":null},"x":{"k":"obj","v":[%s]},"n":null,"a":null}',
    "labels": _DONE % _LABELS,
    "categories": _DONE % _CATEGORIES,
    "groups": _DONE % _FRAME,
    "arguments": '{"t":"call","id":1,"name":"f","args":[%s],"kwargs":{}}\n',
    "keywords": '{"t":"call","id":1,"name":"f","args":[],"kwargs":{%s}}\n',
    "variables": _DONE.replace('"variables":[]', '"variables":[%%s]') % "1",
    "artifacts": _DONE.replace('"artifacts":[]', '"artifacts":[%%s]') % "1",
    "event": '{"t":"event","type":"refused","data":{%s}}\n',
}
_MEMBERS = frozenset({"object", "keywords", "event"})
_VALUES = (
    [1, "a", None, 2.5],
    {1: (2,)},
    {"a": {1.5, b"x"}},
    [2**90, 1j, ..., range(3), slice(1)],
)
_GROUPS = (
    {"p": ["@@"], "x": {"k": "np", "d": "|i1", "v": "AA=="}},
    {"p": ["@@"], "x": {"k": "obj", "v": [1]}},
    {"p": ["@@"], "x": {"k": "str", "v": ["a"], "n": "NA"}},
    {"p": ["@@"], "x": {"k": "mask", "x": {"d": "|i1", "v": "AA=="}, "m": {"d": "|b1", "v": "AA=="}}},
)
_PLAIN = ("a", "@", "@@", ["@", "str", "1"], ["a/@.txt", 1, "0"], {"@": []}, {"$": "tuple", "v": ["@@"]})


def seeds() -> list[Any]:
    """Trees that were too dear once, and of every kind of value that this machine has."""
    fragments = [encode(value, strict=True) for value in (*_VALUES, *_third_party())]
    fragments += [*_GROUPS, *_PLAIN]
    dear = [json.loads(path.read_bytes()) for path in sorted(_DEAR.glob("*.json"))]
    return dear + [{"as": shape, "of": [fragment]} for fragment in fragments for shape in ("list", "set", "arguments")]


def _third_party() -> list[Any]:
    try:
        import numpy
        import pandas
    except ImportError:
        return []
    moments = pandas.date_range("2020", periods=2, freq="B", tz="UTC")
    return [
        numpy.arange(3),
        numpy.float32(1),
        pandas.DataFrame({"a": [1, 2], "b": ["x", None], "c": pandas.Categorical(["u", "v"])}),
        pandas.DataFrame({"t": moments, "i": pandas.array([1, None], dtype="Int8"), "o": [[1], {}]}),
        pandas.Series(pandas.cut([1, 2, 3], 2)),
        pandas.Index(moments),
        pandas.MultiIndex.from_product([["a", "b"], [1, 2]]),
        pandas.period_range("2020", periods=2, freq="M"),
        [moments[0], pandas.Timedelta(1), pandas.Period("2020", "Y"), pandas.Interval(0, 1), pandas.NaT, pandas.NA],
    ]


def blown_up(tree: Any) -> bytes:
    """The line of a tree, at most a megabyte. What is no tree is a line as it is.

    Raises:
        ValueError: it cannot be JSON.
    """
    if type(tree) is not dict or tree.get("as") not in SHAPES or type(tree.get("of")) is not list or not tree["of"]:
        return (json.dumps(tree) + "\n").encode("ascii")[:ROOM]
    whole, parts = SHAPES[tree["as"]], []
    texts = [json.dumps(fragment, separators=(",", ":")) for fragment in tree["of"]]
    if tree["as"] in _MEMBERS:
        texts = [f'"a@{place}":{text}' for place, text in enumerate(texts)]
    room = ROOM - len(whole)
    for number in itertools.count():
        text = texts[number % len(texts)].replace('"@@"', str(number)).replace("@", str(number))
        room -= len(text) + 1
        if room < 0 or number >= tree.get("most", 1 << 20):
            break
        parts.append(text)
    return (whole % ",".join(parts)).encode("ascii")


def mutated(tree: Any, others: list[Any], chance: random.Random) -> Any:
    """A tree that differs a little: a part changed, dropped, doubled, or taken from another."""
    tree = json.loads(json.dumps(tree))
    if type(tree) is not dict or type(tree.get("of")) is not list:
        tree = {"as": "list", "of": [tree]}
    way = chance.randrange(6)
    if way == 0:
        tree["as"] = chance.choice(sorted(SHAPES))
    elif way == 1:
        tree["most"] = chance.choice((1, 30, 400, 4000, 40_000, 1 << 20))
    elif way == 2 and others:
        other = chance.choice(others)
        tree["of"].append(chance.choice(other["of"]) if type(other) is dict and other.get("of") else other)
    elif way == 3 and len(tree["of"]) > 1:
        del tree["of"][chance.randrange(len(tree["of"]))]
    else:
        _change(tree, chance)
    return tree


def _change(tree: Any, chance: random.Random) -> None:
    """Replace one node somewhere below ``of``."""
    places = list(_places(tree["of"]))
    if not places:
        tree["of"] = [target_values.fragment(chance)]
        return
    owner, key = chance.choice(places)
    old, way = owner[key], chance.randrange(7)
    if key == "$" and way < 5:
        owner[key] = chance.choice(sorted(_TAGS))
    elif way == 0 and type(old) is list:
        owner[key] = old * chance.choice((2, 10, 100))
    elif way == 1 and type(old) is str:
        owner[key] = (old * chance.choice((2, 30, 1000)))[:2000]
    elif way == 2 and type(old) is int:
        owner[key] = chance.choice((0, -1, old + 1, old * 1000, 2**63 - 1, "@@"))
    elif way == 3:
        owner[key] = [old]
    elif way == 4:
        owner[key] = {"$": chance.choice(sorted(_TAGS)), "v": old if type(old) is list else [old]}
    elif way == 5:
        owner[key] = copy.deepcopy(chance.choice(places)[0])
    else:
        owner[key] = target_values.fragment(chance)


def _places(node: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    todo = [node]
    while todo and len(found) < 400:
        each = todo.pop()
        items = each.items() if type(each) is dict else enumerate(each)
        for key, value in items:
            found.append((each, key))
            if type(value) in (list, dict):
                todo.append(value)
    return found


def text_of(tree: Any) -> bytes:
    """A tree as an input of a fuzzer; empty when it has grown too long or holds itself."""
    try:
        data = json.dumps(tree, separators=(",", ":")).encode("ascii")
    except (ValueError, RecursionError):
        return b""
    return data if len(data) <= LONGEST else b""


def tree_of(data: bytes) -> Any:
    """The tree of an input, None for other bytes."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
