def numbers(n):
    value = 1
    for _ in range(n):
        value = value * 1_103 % 65_537
        yield value


def odd(values):
    for value in values:
        if value % 2:
            yield value


def pairs(values):
    previous = None
    for value in values:
        if previous is not None:
            yield previous, value
        previous = value


def growing(values):
    return (second - first for first, second in values if second > first)


def both(n):
    yield from odd(numbers(n))
    yield from odd(numbers(n // 2))


result = [sum(growing(pairs(both(20_000)))), max(growing(pairs(odd(numbers(5_000)))))]
