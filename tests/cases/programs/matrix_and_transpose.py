m = [[1, 2, 3], [4, 5, 6]]
t = list(map(list, zip(*m)))
prod = [[sum(a * b for a, b in zip(r, c)) for c in zip(*t)] for r in m]
(t, prod, [x for row in m for x in row])
