# escape: the cache of struct formats
# expect: value False
# control: yes
import struct
class Key(str):
    def __eq__(self, other):
        return True
    def __hash__(self):
        return hash("<H")
struct.calcsize(Key("<d"))
escaped = struct.calcsize("<H") == 8
escaped
