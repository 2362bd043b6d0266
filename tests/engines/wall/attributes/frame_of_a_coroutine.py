# escape: a frame
# expect: HC101
async def c():
    pass
x = c()
escaped = x.cr_frame is not None
