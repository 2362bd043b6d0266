# escape: the builtins of a function
# expect: HC101
# control: yes
def f():
    pass
escaped = bool(f.__builtins__)
