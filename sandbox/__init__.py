"""What travels into every enclosure: the worker, its engines, and the words both sides share.

Invariants: standard library only (``restricted`` excepted); imports nothing from ``executors`` or
``agents``; importing this package itself imports nothing else.
"""
