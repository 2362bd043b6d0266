# escape: program text from a field's name that lies
# expect: guest ValueError
import collections
class Name(str):
    def isidentifier(self):
        return True
collections.namedtuple("A", [Name("x=print")])
