def g():
    for n in range(3):
        try:
            yield n
        except GeneratorExit:
            pass


x = g()
next(x)
try:
    x.close()
except RuntimeError as e:
    r = str(e)
r
