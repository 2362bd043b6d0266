# escape: a library's __get__ that takes any object for its own
# expect: guest TypeError
import functools
class Mine:
    func = None
functools.partialmethod.__get__(Mine(), 1)
