# escape: the real `type`, by the descriptor of the class of class methods
# expect: HC106
# control: yes
real = classmethod.__get__(classmethod(lambda cls: cls), int)()
escaped = real("X", (), {"__del__": lambda self: None}).__name__ == "X"
