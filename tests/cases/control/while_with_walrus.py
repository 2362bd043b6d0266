data = iter([3, 2, 1, 0, 9])
out = []
while (n := next(data)):
    out.append(n)
(out, n)
