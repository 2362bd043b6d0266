def g():
    x = yield
g().send(1)
