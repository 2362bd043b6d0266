a, b = {1, 2, 3}, {2, 3, 4}
(sorted(a | b), a & b == {2, 3}, sorted(a - b), sorted(a ^ b), a <= b, {1} < a, frozenset(a) == a, a.isdisjoint({9}), len({1, 1.0, True}))
