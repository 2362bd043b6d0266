"""Other sandboxes, driven as their documentation says, each in an environment of its own. See ``..controls``.

A driver is a module with ``play(code, names)``: it runs the program in the peer with these names in sight and gives
what came out as text.

Invariants: drivers use nothing of hardcell's, since it is not installed beside a peer; what a peer offers by default is
offered, and nothing that only helps a trick.
"""
