"""Recordings: what a session was asked and what came, as a file; and replays of it."""

from __future__ import annotations

from .recording import Recording
from .replay import Difference, replay
from .script import BrokenRecording, Script, read_script

__all__ = ["BrokenRecording", "Difference", "Recording", "Script", "read_script", "replay"]
