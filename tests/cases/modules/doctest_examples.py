# engines: guarded
"""Doctests of this module, its functions and classes.

>>> square(3)
9
>>> 1 + 1
3
"""

import doctest


def square(x):
    """Square.

    >>> square(2)
    4
    >>> [square(n) for n in range(3)]
    [0, 1, 4]
    >>> square("a")
    Traceback (most recent call last):
        ...
    TypeError: can't multiply sequence by non-int of type 'str'
    >>> for n in range(2):
    ...     n
    ...     print("line", n)
    0
    line 0
    1
    line 1
    >>> y = 5
    >>> y
    5
    >>> None
    >>> _
    5
    >>> if y:
    ...     y + 1; y + 2
    6
    7
    """
    return x * x


class Account:
    """An account.

    >>> a = Account(5)
    >>> a.deposit(3)
    8
    >>> print(a, end="!")
    Account(8)!
    >>> a.deposit(-1)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: ...
    """

    def __init__(self, balance):
        self.balance = balance

    def __str__(self):
        return f"Account({self.balance})"

    def deposit(self, amount):
        """
        >>> Account(1).deposit(2)
        4
        >>> Account(1).deposit(2)
        3
        """
        if amount < 0:
            raise ValueError("negative")
        self.balance += amount
        return self.balance

    @property
    def half(self):
        """
        >>> Account(4).half
        2.0
        """
        return self.balance / 2

    @staticmethod
    def bank():
        """
        >>> Account.bank()
        'The Bank'
        >>> print("a\\n\\nb")
        a
        <BLANKLINE>
        b
        >>> {"b", "a"} == {"a", "b"}
        True
        >>> print("  spaced    out ")  # doctest: +NORMALIZE_WHITESPACE
        spaced out
        >>> 1 / 0  # doctest: +SKIP
        'never'
        """
        return "The Bank"


def tabulated():
    """
    >>> print("\\n".join(f"{n:>3}" for n in range(5)))
      0
      1
      3
      3
      4
    """


for flags in (0, doctest.REPORT_UDIFF, doctest.REPORT_NDIFF, doctest.REPORT_CDIFF, doctest.REPORT_ONLY_FIRST_FAILURE):
    print(doctest.testmod(optionflags=flags))
print(doctest.testmod(verbose=True, report=True))
doctest.run_docstring_examples(square, {"square": lambda x: -x}, name="other", optionflags=doctest.FAIL_FAST)
parser = doctest.DocTestParser()
for example in parser.get_examples(square.__doc__)[:3]:
    print(repr(example.source), repr(example.want), example.lineno, example.indent, example.options, example.exc_msg)
print(parser.parse("text\n>>> 1\n1\nmore")[0], len(parser.parse("text\n>>> 1\n1\nmore")))
test = parser.get_doctest(">>> x = 1\n>>> x\n2\n", {"x": 0}, "mine", "file.txt", 10)
runner = doctest.DocTestRunner(verbose=False)
print(runner.run(test, clear_globs=False), test.globs.get("x"), runner.failures, runner.tries)
print(runner.summarize())
lines = []
print(doctest.DocTestRunner().run(parser.get_doctest(">>> 1\n2\n", {}, "n", None, 0), out=lines.append))
print(lines)
print([(t.name, len(t.examples), t.lineno, t.filename) for t in doctest.DocTestFinder().find(square)])
print([t.name for t in doctest.DocTestFinder(recurse=False, exclude_empty=False).find(tabulated, "given")])
checker = doctest.OutputChecker()
print(checker.check_output("1...3\n", "123\n", doctest.ELLIPSIS), checker.check_output("a\n", "b\n", 0))


class Lenient(doctest.OutputChecker):
    def check_output(self, want, got, optionflags):
        return want.lower() == got.lower()


test = parser.get_doctest(">>> 'A'\n'a'\n", {}, "lenient", None, 0)
print(doctest.DocTestRunner(checker=Lenient()).run(test))
for bad in [lambda: doctest.testmod(5), lambda: parser.parse(">>>1\n"), lambda: doctest.DocTestFinder().find(5)]:
    try:
        bad()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
