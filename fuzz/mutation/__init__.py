"""The mutation test of the walls: each guard, refused name, facade entry, system call rule and jail step is taken away
in turn, and the test suites must notice.

A mutant is one edit of the source text, found by reading the syntax tree. It is applied to a copy of the tree, which
is then tested as the tree itself is, jailed workers included.

Invariants: the tree itself is never changed; every mutant runs in process, mount, host name and message namespaces of
its own, so that a wall that is gone stands between nobody and the machine; the same tree gives the same mutants.
"""
