"""PIL: pixels, palette and notes arrive as they were; pixels that do not fit are refused before an image is made."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest

from sandbox.errors import DecodeError, EncodeError
from sandbox.values import Record, decode, encode
from tests.values.same import travelled, wire

Image: Any = pytest.importorskip("PIL.Image", reason="Pillow is not installed")

MODES = [
    "1",
    "L",
    "P",
    "LA",
    "PA",
    "RGB",
    "RGBA",
    "RGBa",
    "RGBX",
    "CMYK",
    "YCbCr",
    "LAB",
    "HSV",
    "I",
    "F",
    "I;16",
    "I;16B",
]


def patterned(mode: str, size: tuple[int, int] = (11, 3)) -> Any:
    picture = Image.new(mode, size)
    count = len(picture.tobytes())
    return Image.frombytes(mode, size, bytes(range(1, 120))[: count % 120] + bytes(count - count % 120))


@pytest.mark.parametrize("mode", MODES)
def test_image_round_trip(mode: str) -> None:
    value = patterned(mode)
    arrived = travelled([value])[0]
    assert type(arrived) is Image.Image and (arrived.mode, arrived.size) == (mode, (11, 3))
    assert arrived.tobytes() == value.tobytes()


def test_palette_and_transparency_survive() -> None:
    value = patterned("P")
    value.putpalette(list(range(256)) * 3)
    value.info["transparency"] = 3
    arrived = travelled(value)
    assert arrived.getpalette() == value.getpalette() and arrived.info == {"transparency": 3}
    assert arrived.convert("RGBA").tobytes() == value.convert("RGBA").tobytes()


def test_palette_with_alpha_survives() -> None:
    value = patterned("P")
    value.putpalette(bytes(range(256)) * 4, "RGBA")
    assert travelled(value).convert("RGBA").tobytes() == value.convert("RGBA").tobytes()


def test_image_of_a_file_arrives_as_its_pixels() -> None:
    stream = io.BytesIO()
    patterned("RGB").save(stream, "PNG", dpi=(72, 72))
    arrived = travelled(Image.open(io.BytesIO(stream.getvalue())))
    assert type(arrived) is Image.Image and arrived.tobytes() == patterned("RGB").tobytes()
    assert set(arrived.info) == {"dpi"}


def test_only_plain_notes_travel() -> None:
    value = patterned("L")
    value.info = {"a": 1, "b": (1, 2.5), "c": b"x", "d": [1], 5: "e", "f": object()}
    assert travelled(value).info == {"a": 1, "b": (1, 2.5), "c": b"x"}


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)])
def test_empty_image(size: tuple[int, int]) -> None:
    assert travelled(Image.new("RGB", size)).size == size


def test_shared_image_stays_shared() -> None:
    value = patterned("L")
    first, second = travelled([value, value])
    assert first is second


def test_receiver_without_pillow_sees_a_record() -> None:
    arrived = decode(wire(patterned("L")), packages=lambda name: None)
    assert type(arrived) is Record and arrived.type == "PIL.Image"
    assert (arrived.fields["mode"], arrived.fields["size"]) == ("L", (11, 3))
    assert arrived.fields["data"] == patterned("L").tobytes()


def test_subclass_of_somebody_s_own_is_refused() -> None:
    with pytest.raises(EncodeError, match="Mine"):
        encode(type("Mine", (Image.Image,), {})(), strict=True)


def image(**changes: Any) -> dict[str, Any]:
    pixels = base64.b64encode(bytes(6)).decode()
    return {"$": "image", "m": "L", "s": [2, 3], "v": pixels, "p": None, "i": {}, **changes}


MALFORMED = {
    "another mode": image(m="BGR;32"),
    "a mode that is a list": image(m=["L"]),
    "pixels too few": image(s=[2, 4]),
    "a trillion pixels": image(s=[10**6, 10**6]),
    "a side below zero": image(s=[-2, -3]),
    "a side that is true": image(s=[True, 6]),
    "one side": image(s=[6]),
    "a long side of nothing": image(s=[0, 10**9], v=""),
    "a palette of grey": image(p=["RGB", ""]),
    "no palette": image(m="P"),
    "a palette of another mode": image(m="P", p=["BGR", ""]),
    "a palette too long": image(m="P", p=["RGB", base64.b64encode(bytes(771)).decode()]),
    "half a colour": image(m="P", p=["RGB", base64.b64encode(bytes(4)).decode()]),
    "notes that are a list": image(i=[]),
    "notes of lists": image(i={"a": [1]}),
    "notes that are the image": image(i={"a": {"$": "ref", "v": 0}}),
}


def test_the_form_of_this_file_is_an_image() -> None:
    assert decode(image()).size == (2, 3)


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_image_is_refused(name: str) -> None:
    with pytest.raises(DecodeError, match="^not a value"):
        decode(MALFORMED[name])
