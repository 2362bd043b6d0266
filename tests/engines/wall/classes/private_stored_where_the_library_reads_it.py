# escape: a private attribute that a library base reads, stored on one of its instances
# expect: HC102
# control: yes
import logging


class Style:
    def usesTime(self):
        return False

    def format(self, record):
        return "guest"


class F(logging.Formatter):
    pass


formatter = F()
formatter._style = Style()
escaped = formatter.format(logging.getLogger("wall").makeRecord("n", 1, "f", 1, "m", (), None)) == "guest"
