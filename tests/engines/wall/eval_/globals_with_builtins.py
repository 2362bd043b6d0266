# escape: the real builtins by a globals dict
# expect: value False
# control: yes
space = {}
exec("x = 1", space)
escaped = "__builtins__" in space
escaped
