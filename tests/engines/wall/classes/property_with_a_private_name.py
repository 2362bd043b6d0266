# escape: values that the library stores on itself
# expect: HC102
import logging
got = []
class F(logging.Formatter):
    _style = property(lambda self: None, lambda self, value: got.append(value))
F("{message}", style="{")
escaped = got
