"""The fuzz target itself: it finds a decoder that lets other exceptions through, and passes the real one."""

from __future__ import annotations

import random

import pytest

from fuzz import target_values


@pytest.mark.parametrize("seed", range(30))
def test_generated_documents_are_values_or_refused(seed: int) -> None:
    target_values.check_form(target_values.document(random.Random(seed), 2000))


@pytest.mark.parametrize("data", target_values.SEEDS, ids=map(str, range(len(target_values.SEEDS))))
def test_seeds_are_values(data: bytes) -> None:
    target_values.read(target_values.framed(data.decode()))


def test_a_decoder_that_fails_otherwise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(doc: object) -> object:
        raise KeyError("v")

    monkeypatch.setattr(target_values, "decode", broken)
    with pytest.raises(KeyError):
        target_values.check_form("[]")
