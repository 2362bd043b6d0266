list(range(5)), sum(range(10 ** 6)), [*range(3)], sorted(range(3, 0, -1))
