"""Executors: guest code behind a wall. ``create_executor`` is the way in."""

from __future__ import annotations

from .base import CodeOutput, Executor
from .batch import Batch, Item
from .pool import ExecutorPool, PoolStats
from .registry import BackendStatus, available, create_executor

__all__ = [
    "BackendStatus",
    "Batch",
    "CodeOutput",
    "Executor",
    "ExecutorPool",
    "Item",
    "PoolStats",
    "available",
    "create_executor",
]
