# escape: an attribute by str.format
# expect: HC101
# control: yes
def f():
    pass
escaped = "{0.__globals__}".format(f) != ""
