# escape: a combination of flags that keeps a guest's number for the whole process
# expect: value True
# control: yes
import re
class Number(int):
    def __hash__(self):
        return 10
    def __eq__(self, other):
        return True
kept = re.RegexFlag(Number(10)).value
escaped = type((re.IGNORECASE | re.MULTILINE).value) is Number
escaped
