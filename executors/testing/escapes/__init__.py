"""The escape corpus: tricks that lead out of sandboxes, each a file, and the runner that plays them on the walls.

Invariants: an escape is observed on the host and never taken from what a program says; every trick has a control that
shows it working somewhere; what a case attacks is bait that the runner laid out, so a case that wins harms nothing.
"""

from .case import EscapeCase, MalformedCase, load_case
from .corpus import digest, families, load_corpus
from .verdict import Verdict

__all__ = ["EscapeCase", "MalformedCase", "Verdict", "digest", "families", "load_case", "load_corpus"]
