import itertools
list(itertools.islice(itertools.count(5), 3)), dict(zip('ab', itertools.count()))
