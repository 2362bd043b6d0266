# escape: an attribute by getattr as a callback
# expect: HC101
escaped = list(map(getattr, [lambda: 0], ["__globals__"]))
