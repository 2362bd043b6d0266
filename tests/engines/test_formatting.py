"""Guarded ``str.format`` says what CPython's says, and reads attributes through the gate only."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.formatting import GuardedFormatter

FIELDS = st.sampled_from(
    ["", "0", "1", "2", "k", "z", "0.real", "k[0]", "k[1]", "0[0]", "k.upper", "0.nothing", "k[x]"]
)
SPECS = st.sampled_from(["", ":>8", ":<{1}", ":{k}", ":d", ":.2f", ":{0}{1}", ":{", ":}", ":{{0}}"])
CONVERSIONS = st.sampled_from(["", "!r", "!s", "!a", "!x", "!"])
PIECES = st.one_of(
    st.text("ab{} ", max_size=3),
    st.builds(lambda f, c, s: "{" + f + c + s + "}", FIELDS, CONVERSIONS, SPECS),
)


def outcome(call: Any) -> Any:
    try:
        return call()
    except Exception as error:
        return type(error), str(error)


@given(st.lists(PIECES, max_size=4).map("".join))
def test_same_text_or_same_error_as_str_format(template: str) -> None:
    formatter = GuardedFormatter(getattr)
    args, kwargs = (7, 5), {"k": "seq"}
    ours = outcome(lambda: formatter.vformat(template, args, kwargs))
    assert ours == outcome(lambda: template.format(*args, **kwargs))


@pytest.mark.parametrize(
    "template", ["{0.secret}", "{k.secret}", "{0:{k.secret}}", "{0!r:{0.secret}}", "{k[0].secret}", "{.secret}"]
)
def test_every_attribute_passes_the_gate(template: str) -> None:
    asked: list[str] = []

    def gate(value: Any, name: str) -> Any:
        asked.append(name)
        raise PermissionError(name)

    with pytest.raises(PermissionError):
        GuardedFormatter(gate).vformat(template, (1,), {"k": [1]})
    assert asked == ["secret"]
