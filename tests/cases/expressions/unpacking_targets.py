a, *b, c = range(6)
[d, e] = "xy"
(f, (g, *h)), i = (1, [2, 3, 4]), 5
*j, = "abc"
k, = [7]
a, b, c, d, e, f, g, h, i, j, k
