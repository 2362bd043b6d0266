from functools import singledispatch
@singledispatch
def show(x): return f"obj {x}"
@show.register
def _(x: int): return f"int {x}"
@show.register(list)
def _(x): return f"list of {len(x)}"
(show(1), show([1, 2]), show("s"), show(True))
