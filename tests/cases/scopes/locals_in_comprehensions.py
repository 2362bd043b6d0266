def shown(found):
    """The names, without the iterator that CPython shows as ``.0``."""
    return sorted(name for name in found if name.isidentifier() and not name.startswith("__"))


def one(n):
    return [shown(locals()) for _ in [1]]


def also_after(n):
    k = 5
    found = [shown(locals()) for _ in [k]]
    later = 3
    return found, shown(locals())


def named(n):
    return [(shown(locals()), n) for _ in [1]]


def nested(n):
    m = 2
    return [[(shown(locals()), n) for _ in [1]] for x in [2]]


def of_generator(n):
    m = 2
    return list((shown(locals()), n) for _ in [1])


def list_in_generator(n):
    m = 2
    return list([(shown(locals()), n) for _ in [1]] for x in [2])


def generator_in_list(n):
    m = 2
    return [list((shown(locals()), n) for _ in [1]) for x in [2]]


def same_name(n):
    m = 2
    found = [(shown(locals()), locals()["n"]) for n in [7]]
    return found, locals()["n"]


def in_an_inner_function(n):
    def inner():
        return [shown(locals()) for _ in [n]]

    return inner()


def free(n):
    def inner():
        return [(shown(locals()), n) for _ in [2]]

    return inner()


def captured_inside(n):
    return [((lambda: n), shown(locals()))[1] for _ in [1]]


def many(n):
    return (
        [shown(locals()) for x in [1] for y in [2]],
        {tuple(shown(locals())) for x in [1]},
        {1: shown(locals()) for q in [1]},
    )


def walrus(n):
    return [(x := 1) and shown(locals()) for _ in [1]]


def others(n):
    return [shown(dir()) for _ in [1]], [shown(vars()) for _ in [1]]


def evaluated(n):
    return [eval("x + 1") for x in [1]]


def iterates(n):
    yield [shown(locals()) for _ in [1]]


async def items():
    yield 1


async def asynchronous(n):
    return [shown(locals()) async for _ in items()]


def awaited(n):
    try:
        asynchronous(n).send(None)
    except StopIteration as done:
        return done.value


for function in (one, also_after, named, nested, of_generator, list_in_generator, generator_in_list, same_name):
    print(function.__name__, function(1))
for function in (in_an_inner_function, free, captured_inside, many, walrus, others, evaluated, awaited):
    print(function.__name__, function(1))
print(list(iterates(1)))
print(["zz" in locals() for zz in [1]], [locals()["zz"] for zz in [1]])
