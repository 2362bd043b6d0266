# escape: str.format as a callback
# expect: HC101
escaped = list(map("{0.__globals__}".format, [lambda: 0]))
