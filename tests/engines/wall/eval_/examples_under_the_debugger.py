# escape: the runner that stops at failures compiles examples by itself
# expect: guest TypeError
import doctest


def f():
    """
    >>> f.found = ().__class__.__base__.__subclasses__()
    """


doctest.testmod(raise_on_error=True)
escaped = bool(f.found)
