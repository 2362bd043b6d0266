"""Agents that act by writing Python, or by native tool calls. Thin on purpose: the walls are in ``executors``.

Invariants: imports ``executors`` and ``sandbox``, never the other way round; model keys stay in the model object;
everything a model or a guest wrote is data, never part of the host's own text.
"""

from .code_agent import CodeAgent
from .loop import Agent, RunResult, RunState, do_without
from .memory import Memory, Step
from .models.base import Message, Model, ModelError, Reply, TokenUsage, ToolCall
from .models.replay import RecordingModel, ReplayModel
from .monitoring import ConsoleMonitor
from .tool_calling_agent import ToolCallingAgent
from .tools.base import Tool, ToolSpec
from .tools.decorator import tool, tool_spec

__all__ = [
    "Agent",
    "CodeAgent",
    "ConsoleMonitor",
    "Memory",
    "Message",
    "Model",
    "ModelError",
    "RecordingModel",
    "ReplayModel",
    "Reply",
    "RunResult",
    "RunState",
    "Step",
    "TokenUsage",
    "Tool",
    "ToolCall",
    "ToolCallingAgent",
    "ToolSpec",
    "do_without",
    "tool",
    "tool_spec",
]
