def f(n):
    k = 2
    return [k * i for i in range(n)], {i: [j for j in range(i)] for i in range(3)}, list(map(lambda x: x + k, [1]))
f(3)
