data = [1, 5, 2, 8]
big = [y for x in data if (y := x * 2) > 5]
any((hit := x) > 4 for x in data)
(big, y, hit, [last := i, last ** 2] if (i := 3) else None)
