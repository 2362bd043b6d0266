# escape: the engine's own frame
# expect: value ['a']
def f(a):
    return sorted(locals())
f(1)
