grid = [[1, 2], [3, 4]]
g = (x * y for row in grid for x in row for y in (z for z in row if z != x))
list(g)
