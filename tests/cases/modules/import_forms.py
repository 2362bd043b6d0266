import math
import math as m
import collections.abc
import os.path
from math import pi as p, sqrt
from collections import (
    Counter,
    OrderedDict,
)
(math.floor(2.7), m.pi == p, sqrt(16), isinstance([], collections.abc.Sequence), os.path.join("a", "b"), Counter("aab")["a"])
