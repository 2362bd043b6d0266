# escape: the names of the groups of a pattern that the whole process uses
# expect: HC101
# control: yes
import re, string
class Grab:
    def __eq__(self, other):
        other["forged"] = 1
        return True
re.Pattern.groupindex.__get__(string.Template.pattern) == Grab()
escaped = "forged" in string.Template.pattern.groupindex
