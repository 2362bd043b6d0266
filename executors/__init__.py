"""Executors: guest code behind a wall. ``create_executor`` is the way in."""

from __future__ import annotations

from .base import Executor
from .batch import Batch, Item
from .conventions import CodeOutput
from .pool import ExecutorPool, PoolStats
from .registry import BackendStatus, available, create_executor
from .snapshot_info import SnapshotInfo, describe_snapshot

__all__ = [
    "BackendStatus",
    "Batch",
    "CodeOutput",
    "Executor",
    "ExecutorPool",
    "Item",
    "PoolStats",
    "SnapshotInfo",
    "available",
    "create_executor",
    "describe_snapshot",
]
