"""The operating-system wall around a local worker, in pure Python through ctypes.

``namespaces`` gives the worker its own empty root, network and process table, ``landlock`` confines files again,
``seccomp`` confines system calls, ``privileges`` and ``rlimits`` take away what is left, ``report`` verifies each
from inside and says what truly holds. ``enclosure`` puts them in
order; ``sandbox.inmate`` runs it.

Invariants: Linux only, nothing here is imported elsewhere; a step that fails raises, it never lowers the wall in
silence; importing this package imports nothing else.
"""
