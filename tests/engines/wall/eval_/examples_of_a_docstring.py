# escape: an example in a docstring reaches the interpreter's classes
# expect: HC101
# control: yes
import doctest


def f():
    """
    >>> f.found = ().__class__.__base__.__subclasses__()
    """


doctest.run_docstring_examples(f, {"f": f})
escaped = bool(f.found)
