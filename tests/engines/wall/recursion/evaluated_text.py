# escape: a crash by recursion through eval
# expect: guest RecursionError
def f():
    return eval("f()")
f()
