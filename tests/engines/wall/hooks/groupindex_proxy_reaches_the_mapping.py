# escape: the names of the groups of a pattern that others share
# expect: value None
# control: yes
import re
class Grab:
    def __eq__(self, other):
        other["forged"] = 1
        return True
re.compile("(?P<shared>x)(?P<pattern>y)").groupindex == Grab()
escaped = "forged" in re.compile("(?P<shared>x)(?P<pattern>y)").groupindex
