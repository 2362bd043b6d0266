# escape: a pattern in the process' cache under other flags
# expect: value None
# control: yes
import re, string
class Number(int):
    def __or__(self, other):
        return self
    def __hash__(self):
        return 0
    def __eq__(self, other):
        return True
class Mine(string.Template):
    flags = Number(2)
    pattern = "wall(?P<escaped>a)?(?P<named>b)?(?P<braced>c)?(?P<invalid>d)?"
escaped = re.compile(Mine.pattern.pattern).match("WALL") is not None
