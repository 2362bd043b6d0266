# escape: a crash by recursion through C
# expect: guest RecursionError
import re
def f(match):
    return re.sub("a", f, "a")
f(None)
