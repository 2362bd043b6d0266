# escape: the cache of patterns
# expect: value False
# control: yes
import re
class Flags(int):
    def __eq__(self, other):
        return True
    def __hash__(self):
        return hash(0)
re.compile("wall", Flags(re.IGNORECASE))
escaped = re.compile("wall").match("WALL") is not None
escaped
