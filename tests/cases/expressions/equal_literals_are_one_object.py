def same(value=1.5):
    return value


def other():
    return 1.5, "a b", b"a b", 3j


pair = 1.5, "a b", b"a b", 3j
zeros = 0.0, -0.0
[
    same() is other()[0],
    [a is b for a, b in zip(pair, other())],
    str(zeros),
    str((0.0, -0.0, 0j, -0j)),
    100000 * 3 is 300000,
    (lambda: "x y")() is "x y",
]
