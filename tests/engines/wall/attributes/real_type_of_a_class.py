# escape: the real metaclass `type`
# expect: HC108
# control: yes
escaped = type(int) is type and int.__class__("X", (), {}).__name__ == "X"
