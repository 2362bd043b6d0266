# escape: keywords of a partial that nobody has checked
# expect: HC101
# control: yes
import functools
part = functools.partial(dict, a=1)
class Name(str):
    pass
functools.partial.keywords.__get__(part)[Name("b")] = 2
escaped = "b" in part()
