"""Benchmarks: how fast a session starts, how fast code runs, how many honest programs run. ``make bench``."""
