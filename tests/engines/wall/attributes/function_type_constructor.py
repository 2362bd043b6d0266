# escape: a function built from a code object
# expect: guest TypeError
# control: yes
def f():
    return 1
escaped = type(f)(f.__code__, {})() == 1
