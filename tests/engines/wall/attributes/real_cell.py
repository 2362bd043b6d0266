# escape: the real cell of a closure
# expect: HC102
def outer():
    x = 1
    return lambda: x
escaped = outer().__closure__[0]._cell
