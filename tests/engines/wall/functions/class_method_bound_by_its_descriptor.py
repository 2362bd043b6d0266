# escape: the real `type`, which a class method is given where no class is named
# expect: HC106
# control: yes
real = classmethod(lambda cls: cls).__get__(int)()
escaped = real("X", (), {"__del__": lambda self: None}).__name__ == "X"
