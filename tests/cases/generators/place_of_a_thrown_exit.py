import traceback


def assigned_in_place():
    total = 1
    total += (yield total) or 0


def matched(value):
    got = yield value
    match got:
        case None:
            got = yield "none"
    print("after", got)


def called():
    print((yield 1), (yield 2))


def plain(values):
    for value in values:
        yield value


for make in (assigned_in_place, lambda: plain([1, 2, 3]), lambda: matched(1), called):
    for turns in (0, 1, 2):
        generator = make()
        for _ in range(turns):
            next(generator, None)
        try:
            generator.throw(GeneratorExit("out"))
        except GeneratorExit:
            print(turns, traceback.format_exc())
