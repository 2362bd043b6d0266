# escape: a crash by recursion through C
# expect: guest RecursionError
def f(n):
    return sorted([1, 2], key=lambda x: f(n + 1))
f(0)
