def union(it): return type(it).__name__
union(map(str, 'a'))
