# escape: values that the library stores on itself
# expect: HC102
import logging
got = []
class F(logging.Formatter):
    def __setattr__(self, name, value):
        got.append(value)
        super().__setattr__(name, value)
F("{message}", style="{")
escaped = got
