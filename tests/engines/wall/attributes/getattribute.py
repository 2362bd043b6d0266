# escape: a load past the gate
# expect: HC101
# control: yes
def f():
    pass
escaped = bool(object.__getattribute__(f, "__globals__"))
