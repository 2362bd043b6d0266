for i in range(3):
    pass
for k, (a, *b) in [(1, (2, 3, 4)), (5, "xyz")]:
    pass
(i, k, a, b)
