def plain():
    for each in "abc":
        got = yield each
        print("got", got)


def guarded():
    try:
        for each in "abc":
            yield each
    finally:
        print("left")


for make in (plain, guarded):
    generator = make()
    print(next(generator))
    for wrong in (1, None, int, "text"):
        try:
            generator.throw(wrong)
        except TypeError as error:
            print("TypeError", error)
    print(list(generator))
