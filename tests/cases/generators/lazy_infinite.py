from itertools import islice, takewhile, count
def naturals():
    n = 0
    while True:
        yield n
        n += 1
(list(islice(naturals(), 3, 6)), list(takewhile(lambda x: x < 20, (n * n for n in count(2)))))
