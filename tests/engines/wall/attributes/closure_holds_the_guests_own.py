# escape: anything in a closure but the guest's variables
# expect: value (1, 1, ('x',))
def outer():
    x = 1
    return lambda: x
view = outer().__closure__
(len(view), view[0].cell_contents, outer().__code__.co_freevars)
