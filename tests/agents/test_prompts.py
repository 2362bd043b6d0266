"""System prompts: what agents are told of tools, policy and limits."""

from __future__ import annotations

import re

from agents import tool_spec
from agents.prompts import code, tools
from sandbox.limits import Limits
from sandbox.policy import Policy


def area(width: float, height: float = 1.0) -> float:
    """The area of a rectangle.

    Args:
        width: in metres
    """
    return width * height


def test_a_tool_is_told_with_signature_description_and_arguments() -> None:
    assert tools.describe([tool_spec(area)]) == (
        "- area(width: float, height: float = 1.0) -> float\n    The area of a rectangle.\n    width: in metres"
    )


def test_policy_and_limits_are_told_as_they_are() -> None:
    limits = Limits(wall_s=2.5, memory_mb=64, disk_mb=8, output_bytes=1000, tool_calls=3)
    text = code.render([], Policy(imports=("math",), files=False), limits)
    assert "\nImports: math. Nothing else.\nFiles: none.\n" in text
    assert (
        "Limits for each step: 2.5 s, 64 MB of memory, 8 MB of disk, 1000 bytes of output, 3 calls of functions.\n"
        in text
    )
    assert "Imports: none." in code.render([], Policy(), limits)


def test_nothing_is_claimed_about_what_is_not_known() -> None:
    text = code.render([])
    assert "Imports: an allow-list that you are told of when you leave it." in text
    assert re.search(r"\d+ (s|MB|bytes)\b", text) is None


def test_rendering_is_deterministic_and_holds_nothing_of_the_machine() -> None:
    spec = tool_spec(area)
    first = code.render([spec], Policy.standard(), Limits(), "Be brief.")
    assert first == code.render([spec], Policy.standard(), Limits(), "Be brief.")
    assert first.endswith("\n\nBe brief.\n")
    assert re.search(r"/(home|tmp|usr|root)\b|0x[0-9a-f]{6}", first) is None
    assert tools.render("Be brief.").endswith("\n\nBe brief.\n")
