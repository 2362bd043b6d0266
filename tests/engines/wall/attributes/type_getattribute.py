# escape: a load past the gate
# expect: HC101
# control: yes
def f():
    pass
escaped = bool(type.__getattribute__(type(f), "__get__"))
