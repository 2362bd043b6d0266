# escape: an attribute by str.format_map
# expect: HC101
# control: yes
def f():
    pass
escaped = "{f.__globals__}".format_map({"f": f}) != ""
