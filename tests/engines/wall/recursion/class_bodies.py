# escape: a crash by recursion through class bodies
# expect: guest RecursionError
def f():
    class A:
        f()
f()
