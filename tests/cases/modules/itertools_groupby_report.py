from itertools import groupby
from operator import itemgetter, attrgetter, mul
sales = [("n", 5), ("s", 3), ("n", 7)]
report = {k: sum(v for _, v in g) for k, g in groupby(sorted(sales, key=itemgetter(0)), key=itemgetter(0))}
(report, mul(3, 4), attrgetter("real")(5), itemgetter(1, 0)("ab"))
