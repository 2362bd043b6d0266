# escape: a file outside the directories of time zones, opened and told from one that is not there
# expect: guest ZoneInfoNotFoundError
# control: yes
import zoneinfo
class Joined(str):
    def __radd__(self, other):
        return "/etc/passwd"
class Key(str):
    def startswith(self, *args):
        return False
    def __radd__(self, other):
        return Joined("x")
try:
    zoneinfo.ZoneInfo(Key("abc/def"))
except ValueError as error:
    escaped = "magic" in str(error)
