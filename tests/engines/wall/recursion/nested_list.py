# escape: a crash by deeply nested data
# expect: value 'RecursionError'
x = []
for _ in range(100000):
    x = [x]
try:
    repr(x)
except RecursionError as e:
    escaped = type(e).__name__
escaped
