"""Python code out of a model's answer.

Invariants: never raises and never evaluates; time is linear in the text; what stands in another language's block, in a
model's thinking, or after a faked observation is not code to run.
"""

from __future__ import annotations

import re

OBSERVATION = "<observation"
_PYTHON = frozenset({"", "python", "py", "python3", "python3.11", "ipython", "pycon3"})
_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_OPEN = re.compile(r"^[ ]{0,3}(?P<marks>`{3,}+|~{3,}+)[ \t]*+(?P<language>[^\s`{]*+)[^`]*+$")
_TAG_OPEN = re.compile(r"^\s*<code>[ \t]*(?P<rest>.*)$", re.IGNORECASE)
_TAG_CLOSE = re.compile(r"</code>", re.IGNORECASE)
_TOKEN = re.compile(r"\\.|#|\"\"\"|'''|\"|'|.")


def parse_code(text: str) -> str | None:
    """The code of all Python blocks of ``text``, joined by blank lines; None when there is none.

    Blocks are fences of three or more backticks or tildes, marked as Python or not at all, and ``<code>…</code>``.
    A block that is not closed goes on to the end. A fence inside a triple-quoted string does not close its block.
    """
    lines = _own_words(text).split("\n")
    blocks: list[str] = []
    at = 0
    while at < len(lines):
        opening, tag = _OPEN.match(lines[at]), _TAG_OPEN.match(lines[at])
        if opening:
            end = _closing_fence(lines, at + 1, opening["marks"])
            if opening["language"].lower() in _PYTHON:
                blocks.append("\n".join(lines[at + 1 : end]))
            at = end + 1
        elif tag:
            body, at = _tagged(lines, at, tag["rest"])
            blocks.append(body)
        else:
            at += 1
    kept = [block for block in blocks if block.strip()]
    return "\n\n".join(kept) if kept else None


def fence(code: str) -> str:
    """``code`` as a Python block that ``parse_code`` reads back unchanged."""
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    marks = "`" * (longest + 1)
    return f"{marks}python\n{code}\n{marks}"


def _own_words(text: str) -> str:
    """The answer in one newline convention, without thinking, and cut where the model plays the host."""
    text = _THINKING.sub("", text.replace("\r\n", "\n"))
    place = 0 if text.startswith(OBSERVATION) else text.find("\n" + OBSERVATION)
    return text[:place] if place >= 0 else text


def _closing_fence(lines: list[str], start: int, marks: str) -> int:
    """The line that closes a block, or the end of the text.

    A triple quote that never ends is ignored. The next one of its kind would end it, so at most two blocks of a text
    are read to the end in vain, and the time stays linear.
    """
    closing = re.compile(rf"[ ]{{0,3}}{re.escape(marks[0])}{{{len(marks)},}}[ \t]*")
    first, quote = -1, ""
    for number in range(start, len(lines)):
        if closing.fullmatch(lines[number]):
            if not quote:
                return number
            first = number if first < 0 else first
        else:
            quote = _open_quote(lines[number], quote)
    return first if first >= 0 else len(lines)


def _open_quote(line: str, quote: str) -> str:
    """The triple quote that is open after this line, given the one open before it."""
    single = ""
    for token in _TOKEN.findall(line):
        if quote:
            quote = "" if token == quote else quote
        elif single:
            # Within '…' three quotes in a row are an end and an empty string.
            single = "" if token[0] == single else single
        elif token == "#":
            break
        elif len(token) == 3:
            quote = token
        elif token in "\"'":
            single = token
    return quote


def _tagged(lines: list[str], at: int, rest: str) -> tuple[str, int]:
    """The body of ``<code>…</code>`` that opens on line ``at``, and the line after it."""
    body = [rest] if rest.strip() else []
    number = at
    while True:
        line = rest if number == at else lines[number]
        closing = _TAG_CLOSE.search(line)
        if closing:
            head = line[: closing.start()]
            if number == at:
                return head, number + 1
            return "\n".join([*body, head] if head.strip() else body), number + 1
        if number > at:
            body.append(line)
        number += 1
        if number >= len(lines):
            return "\n".join(body), number
