a, b = 1, 2
a, b = b, a
x = [0, 1, 2]
i = 0
i, x[i] = 2, 9
(a, b, i, x)
