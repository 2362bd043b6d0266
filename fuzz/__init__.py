"""Fuzzing: targets, the campaign that feeds them, and the cases that were found. ``make fuzz``.

A target is a module ``fuzz/target_<name>.py`` with ``fuzz(data: bytes) -> None``, which raises on a finding and
returns otherwise, and optionally ``SEEDS: tuple[bytes, ...]`` to start from and ``WATCHED: tuple[str, ...]``, the
packages whose lines count as coverage. A found case is kept in ``fuzz/found/<name>/`` and runs first in every later
campaign.
"""
