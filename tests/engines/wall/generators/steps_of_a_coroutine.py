# escape: the engine's own generator
# expect: value 1
async def c():
    return 1
steps = c().__await__()
try:
    steps.send(None)
except StopIteration as e:
    escaped = e.value
escaped
