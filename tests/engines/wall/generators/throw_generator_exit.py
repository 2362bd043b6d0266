# escape: a generator that refuses to end
# expect: value 'generator ignored GeneratorExit'
def g():
    try:
        yield 1
    except GeneratorExit:
        yield 2
x = g()
next(x)
try:
    x.close()
except RuntimeError as e:
    escaped = str(e)
escaped
