# escape: a changed list of abstract methods of a library class
# expect: HC105
import collections.abc
collections.abc.Sequence.__abstractmethods__ = frozenset()
