# escape: the names of the groups of a pattern that the whole process uses
# expect: value False
# control: yes
import string
class Grab:
    def __eq__(self, other):
        other["forged"] = 1
        return True
string.Template.pattern.groupindex == Grab()
escaped = "forged" in string.Template.pattern.groupindex
escaped
