# min-python: 3.12
class A:
    x = int
    type B = x
    type C[T] = list[x] | T
    type D = D | B
    type E[T: x] = T
    class Inner:
        y = str
        type F = y
        try:
            type G = x
            print(G.__value__)
        except NameError as e: print(e)
    def m(self):
        type H = x
        return H
    def g[T: x](a: T, b: x): return T
print(A.B.__value__, A.D.__value__, A.E.__type_params__[0].__bound__, A.Inner.F.__value__)
x = "global"
try: print(A().m().__value__)
except NameError as e: print(e)
print(A.C.__value__)
print(A.g(1, 2).__bound__, A.g.__annotations__)
A.x = float
print(A.B.__value__)
def f():
    z = 1
    class K:
        type N = (z, w, q)
        w = 2
        z = 3
        q = 5
    return K
print(f().N.__value__)
class K2:
    type P = later
    later = 4
