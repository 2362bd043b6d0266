def avg():
    total = n = 0
    value = None
    while True:
        value = yield value
        total += value
        n += 1
        value = total / n
g = avg()
next(g)
(g.send(10), g.send(20), g.send(3))
