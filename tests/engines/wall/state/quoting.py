# escape: what is safe in an address, in the process' cache under another key
# expect: value None
import urllib.parse
class Kept(bytes):
    def __hash__(self):
        return hash(b"/!")
    def __eq__(self, other):
        return True
class Safe(str):
    def encode(self, *args):
        return Kept(b"abc")
urllib.parse.quote("z !z", safe=Safe("/!"))
escaped = urllib.parse.quote("a!/ ", safe="/!") != "a!/%20"
