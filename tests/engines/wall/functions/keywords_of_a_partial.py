# escape: a keyword argument put into a partial after it was made
# expect: HC105
# control: yes
import functools
class Key(str):
    def __hash__(self):
        return 1
def check(**options):
    return "opener" in options
p = functools.partial(check)
p.keywords[Key("opener")] = "guest"
escaped = not p() and not functools.partial(check, **{})() and "opener" in map(str, p.keywords)
