# escape: program text from a field's name
# expect: guest ValueError
import collections
collections.namedtuple("A", ["x=print"])
