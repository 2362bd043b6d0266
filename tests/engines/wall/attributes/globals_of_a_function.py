# escape: the globals of a function
# expect: HC101
# control: yes
def f():
    pass
escaped = bool(f.__globals__)
