# escape: constants, names or bytes of a code object
# expect: HC101
def f():
    return 1
escaped = f.__code__.co_code
