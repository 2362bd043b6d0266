x = [1]
y = x
(x is y, x is not [1], 1 in x, 2 not in x, "b" in "abc", "k" in {"k": 1}, None is None)
