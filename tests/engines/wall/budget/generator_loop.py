# escape: a loop past the budget in a generator
# expect: limit ops
def g():
    while True:
        yield
for _ in g():
    pass
