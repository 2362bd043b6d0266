# min-python: 3.12
import traceback
try:
    def f[T](x: 1/0): pass
except Exception: print(traceback.format_exc())
try:
    class C[T](1/0): pass
except Exception: print(traceback.format_exc())
try:
    def f[T: 1/0](x: int): pass
    f.__type_params__[0].__bound__
except Exception: print(traceback.format_exc())
try:
    class C[T]:
        x = 1/0
except Exception: print(traceback.format_exc())
try:
    type A[T] = 1/0
    A.__value__
except Exception: print(traceback.format_exc())
def deco(x): raise KeyError(x.__name__)
try:
    @deco
    def f[T](x: int): pass
except Exception: print(traceback.format_exc())
class M(type):
    def __new__(m, n, b, d): raise KeyError(n)
try:
    class C[T](metaclass=M): pass
except Exception: print(traceback.format_exc())
class I:
    def __init_subclass__(cls): raise KeyError(cls.__name__)
try:
    class C[T](I): pass
except Exception: print(traceback.format_exc())
try:
    def f[T](x=1/0): pass
except Exception: print(traceback.format_exc())
try:
    def f[T](*, x=unknown): pass
except Exception: print(traceback.format_exc())
try:
    def f[T](x=T): pass
except Exception: print(traceback.format_exc())
try:
    async def f[T](x: [][1]): yield
except Exception: print(traceback.format_exc())
