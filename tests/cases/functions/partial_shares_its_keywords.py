import copy
import functools


class Mine(functools.partial):
    pass


for kind in functools.partial, Mine:
    first = kind(sorted, [3, 1, 2], reverse=True)
    again, deep = copy.copy(first), copy.deepcopy(first)
    print(first.keywords is again.keywords, first.keywords is first.keywords, first.keywords is deep.keywords)
    print(first.keywords, deep.keywords, first(), again(), deep())
    print(kind(first).keywords is first.keywords, kind(first, key=abs).keywords == first.keywords)
