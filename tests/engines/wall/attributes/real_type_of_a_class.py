# escape: the real metaclass `type`
# expect: HC106
# control: yes
escaped = type(int) is type and int.__class__("X", (), {"__del__": lambda self: None}).__name__ == "X"
