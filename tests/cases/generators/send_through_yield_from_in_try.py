def sub():
    x = yield 1
    y = yield x
    return y
def g():
    try: return (yield from sub())
    except KeyError: return 'K'
x = g(); a = next(x); b = x.send('s')
try: x.send('t')
except StopIteration as e: c = e.value
(a, b, c)
