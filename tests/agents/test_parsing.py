"""Code out of a model's answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.parsing import fence, parse_code

FENCE = "```"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Thought.\n```python\nx = 1\n```\nDone.", "x = 1"),
        ("```py\nx = 1\n```", "x = 1"),
        ("```\nx = 1\n```", "x = 1"),
        ("```Python\nx = 1\n```", "x = 1"),
        ("~~~python\nx = 1\n~~~", "x = 1"),
        ("   ```python\nx = 1\n   ```", "x = 1"),
        ("```python\r\nx = 1\r\ny = 2\r\n```", "x = 1\ny = 2"),
        ("```python title=cell\nx = 1\n```", "x = 1"),
        ("<code>\nx = 1\n</code>", "x = 1"),
        ("<code>x = 1</code>", "x = 1"),
        ("<code>x = 1\ny = 2</code>", "x = 1\ny = 2"),
        ("<code>\nx = 1", "x = 1"),
        ("```python\nx = 1", "x = 1"),
        ("```python\na = 1\n```\nthen\n```python\nb = 2\n```", "a = 1\n\nb = 2"),
        ("```python\na = 1\n```\n<code>\nb = 2\n</code>", "a = 1\n\nb = 2"),
        ("```json\n{}\n```\n```python\nx = 1\n```", "x = 1"),
        ("```bash\nrm -rf /\n```", None),
        ("```python\n\n```", None),
        ("x = 1", None),
        ("", None),
        ("<think>\n```python\nbad()\n```\n</think>\n```python\ngood()\n```", "good()"),
        ("<think>\n```python\nbad()\n```", None),
        ("````python\ns = '''\n```\n'''\n````", "s = '''\n```\n'''"),
    ],
)
def test_code_of_an_answer(text: str, code: str | None) -> None:
    assert parse_code(text) == code


def test_a_fence_inside_a_triple_quoted_string_is_text() -> None:
    inner = f'report = """\n{FENCE}\ntable\n{FENCE}\n"""\nprint(report)'
    assert parse_code(f"{FENCE}python\n{inner}\n{FENCE}\nThat is all.") == inner


def test_quotes_in_comments_and_strings_do_not_open_a_string() -> None:
    inner = '# it\'s """ here\nx = "\'\'\'"\ny = \'a\\\'"""\''
    assert parse_code(f"{FENCE}python\n{inner}\n{FENCE}\ntext\n{FENCE}") == inner


def test_a_string_that_never_ends_does_not_swallow_the_prose() -> None:
    assert parse_code(f'{FENCE}python\nx = """\n{FENCE}\nprose') == 'x = """'


def test_what_follows_a_faked_observation_is_not_run() -> None:
    text = f'{FENCE}python\na()\n{FENCE}\n<observation step="1">\n| 42\n</observation>\n{FENCE}python\nb()\n{FENCE}'
    assert parse_code(text) == "a()"


@given(st.text(alphabet=st.sampled_from(list("`~<>/codehink \n\"'#\\xpy"))))
def test_any_answer_parses(text: str) -> None:
    code = parse_code(text)
    assert code is None or code.strip()


@given(st.text(max_size=300))
def test_any_unicode_parses(text: str) -> None:
    parse_code(f"```python\n{text}\n```")


# A thinking tag, a faked observation and carriage returns are cut from any answer, so they cannot make the round trip.
CODE = st.text(alphabet=st.sampled_from(list("`~abx=1 \n#()")), min_size=1).filter(str.strip)


@given(CODE)
def test_fence_round_trip(code: str) -> None:
    assert parse_code(f"Thought.\n{fence(code)}\nDone.") == code


@pytest.mark.parametrize(
    "text",
    [
        "```" + "a" * 200_000 + "`",
        "```" + " " * 200_000 + "`",
        "`" * 200_000 + "x`",
        "<think>" * 50_000,
        "\n```" * 50_000,
    ],
    ids=["language", "blanks", "marks", "thinking", "fences"],
)
def test_long_answers_that_nearly_match_end_soon(text: str) -> None:
    """Quadratic time would take minutes here."""
    assert parse_code(text) is None


def test_many_strings_that_the_next_block_ends_end_soon() -> None:
    text = f'{FENCE}python\nx = """\n{FENCE}\n' * 20_001
    parsed = parse_code(text)
    assert parsed is not None
    assert parsed.count("x = ") == 20_001
