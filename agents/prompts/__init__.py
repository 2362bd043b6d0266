"""System prompts, rendered from what the agent truly has: its tools, its policy's imports, its limits.

Invariants: rendering is deterministic and holds nothing of the machine: no path, no time, no environment.
"""
