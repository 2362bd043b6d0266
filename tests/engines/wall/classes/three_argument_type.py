# escape: a class past the class statement
# expect: HC106
# control: yes
X = type("X", (), {"__del__": lambda self: None})
escaped = X.__name__ == "X"
