"""Executors: guest code behind a wall. ``create_executor`` is the way in."""

from __future__ import annotations

from .base import CodeOutput, Executor
from .registry import BackendStatus, available, create_executor

__all__ = ["BackendStatus", "CodeOutput", "Executor", "available", "create_executor"]
