def sync():
    try:
        c = [c for _ in "a"]
    except NameError as error:
        return repr(error)


async def later():
    async def stream():
        yield 1

    try:
        c = [c async for _ in stream()]
    except NameError as error:
        return repr(error)


def nested():
    try:
        c = [[c for _ in "a"] for _ in "b"]
    except NameError as error:
        return repr(error)


def own():
    try:
        return [x for x in "a" if (y := x) and z for z in "b"]
    except NameError as error:
        return repr(error)


try:
    later().send(None)
except StopIteration as stop:
    print(stop.value)
sync(), nested(), own()
