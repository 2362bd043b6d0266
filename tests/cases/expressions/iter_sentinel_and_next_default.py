it = iter([1, 2, 0, 3])
first = list(iter(lambda: next(it), 0))
(first, next(it), next(it, "end"), next(iter([]), None))
