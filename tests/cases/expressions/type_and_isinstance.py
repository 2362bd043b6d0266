class A: pass
class B(A): pass
b = B()
(type(b) is B, type(b).__name__, isinstance(b, A), isinstance(1, (str, int)), isinstance(3, int | str), type(1) == int, B.__mro__ == (B, A, object), type("x").__name__, type(None).__name__, type(A).__name__)
