factor = 2
g = (x * factor for x in [1, 2])
factor = 10
list(g)
