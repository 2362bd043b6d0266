def g():
    try:
        r = yield 1
        while True: r = yield r * 2
    finally: print('fin')
x = g(); next(x)
(x.send(3), x.send(4), x.close())
