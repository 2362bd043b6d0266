# escape: an attribute by str.format, unbound
# expect: HC101
escaped = str.format("{0.__globals__}", lambda: 0)
