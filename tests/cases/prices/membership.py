import itertools
3 in itertools.count(), 'b' in map(str, 'abc'), list(filter(None, map(int, '0123')))
