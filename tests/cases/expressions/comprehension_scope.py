x = "outer"
squares = [x * x for x in range(4)]
pairs = [(a, b) for a in range(3) if a for b in "xy" if b != "y" or a == 2]
nested = [[c for c in row if c] for row in ([0, 1], [2, 0])]
(x, squares, pairs, nested, {k: v for k, v in zip("ab", [1, 2])}, sorted({n % 3 for n in range(9)}))
