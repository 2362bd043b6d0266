# escape: a frame
# expect: HC101
async def g():
    yield
escaped = g().ag_frame
