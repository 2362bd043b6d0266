# escape: a private attribute that the library overwrites
# expect: HC102
import logging
class F(logging.Formatter):
    def __init__(self):
        self._style = 1
        super().__init__("{message}", style="{")
escaped = F()._style
