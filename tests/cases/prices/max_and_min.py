max(range(10), default=1), max(range(5), range(3), key=len), min([3, 1])
