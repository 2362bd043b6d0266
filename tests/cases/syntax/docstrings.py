def tabs():
    """First.

	tabbed
	    deeper
    spaces
    """


def first_line_is_indented():
    "   text\n  two\n      six\n \n"


def nothing_to_take_off():
    """a
b
    c"""


def blank():
    """

    """


def only_tabs():
    "\ta\n\t\tb\n\tc"


async def asynchronous():
    r"""raw \n

      deep
    """


class Class:
    """Class.

    Text.
        Deeper.
    """

    def method(self):
        """Method.

        Text.

        """


for each in (tabs, first_line_is_indented, nothing_to_take_off, blank, only_tabs, asynchronous, Class, Class.method):
    print(each.__name__, repr(each.__doc__))
