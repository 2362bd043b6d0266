"""What a line of a worker may have and cost, where nothing of the host has been imported yet."""

from __future__ import annotations

CPU_S = 0.1
"""CPU seconds that one line may cost the host."""
FRAME_BYTES = 1 << 20
"""The longest line."""
