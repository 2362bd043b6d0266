a = b = c = []
a.append(1)
x = [0, 0]
i = i2 = x[0] = 5
(a, b is c, x, i, i2)
