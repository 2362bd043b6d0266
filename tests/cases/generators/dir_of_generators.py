def generator():
    yield


async def coroutine():
    pass


async def asynchronous():
    yield


waiting = coroutine()
print([name for name in dir(generator()) if name[0] != "_"])
print([name for name in dir(waiting) if name[0] != "_"])
print([name for name in dir(asynchronous()) if name[0] != "_"])
waiting.close()
