# escape: a file outside the directories of time zones, opened and told from one that is not there
# expect: guest ZoneInfoNotFoundError
# control: yes
import os, zoneinfo
class Key(os.PathLike):
    asked = 0
    def __fspath__(self):
        self.asked += 1
        return "abc/def" if self.asked < 3 else "/etc/passwd"
    def __len__(self):
        return len("abc/def")
try:
    zoneinfo.ZoneInfo(Key())
except ValueError as error:
    escaped = "magic" in str(error)
