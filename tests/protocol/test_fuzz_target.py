"""The fuzz target holds on its own seeds and on a few hundred mutations of them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz import target_protocol


@given(st.sampled_from(target_protocol.SEEDS), st.binary(max_size=8), st.integers(0, 200))
@settings(max_examples=150, deadline=None)
def test_the_target_holds(seed: bytes, noise: bytes, at: int) -> None:
    target_protocol.fuzz(seed[:at] + noise + seed[at:])
