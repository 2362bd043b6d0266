import enum
from datetime import date
class D(date, enum.ReprEnum):
    A = 2020, 1, 2
    def when(self): return __class__ is D
print(D.A, repr(D.A), f"{D.A}", D.A == date(2020,1,2), isinstance(D.A, enum.ReprEnum), issubclass(D, enum.Enum), D.A.when())
class F(float, enum.ReprEnum):
    X = 1.5
print(F.X, repr(F.X), f"{F.X:.3f}", F._member_type_, F.__mro__[1:3])
class N(enum.Enum):
    Y = 1
print(N._member_type_, N._value2member_map_, N._member_map_)
M = enum.Enum("M", "a b", type=int, qualname="Q.M", start=5)
print(M.a, M.a + 1, M.__qualname__, repr(M.b))
class P(enum.Flag):
    R = 1
    G = 2
W = enum.Flag("W", "R G", boundary=enum.KEEP)
print(enum.show_flag_values(5), W._boundary_, P._all_bits_, P._flag_mask_)
print([c.__name__ for c in D.__mro__], [c.__name__ for c in P.R.__class__.__mro__], [c.__name__ for c in type(M.a).__mro__])
class S(enum.IntEnum):
    K = 3
print([c.__name__ for c in S.__mro__], S.__bases__, S.__base__)
