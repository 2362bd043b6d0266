# escape: an attribute in an f-string
# expect: HC101
# control: yes
def f():
    pass
escaped = f"{f.__globals__}" != ""
