from functools import partial, reduce
add = lambda a, b, c=0: a + b + c
p = partial(add, 1, c=10)
(p(2), reduce(lambda a, b: a * b, [1, 2, 3, 4]), reduce(max, [3, 9, 2], 5), p.args, p.keywords)
