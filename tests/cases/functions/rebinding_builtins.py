def len(x):
    return "mine"
list_ = [1]
first = len(list_)
del len
(first, len(list_))
