class A:
    def __repr__(self): return "A!"
class B(A):
    def __str__(self): return "b"
    def __format__(self, s): return "fmt" + s
(str(A()), repr(B()), str(B()), f"{B()} {B()!r} {B():x}", [A(), B()], "%s %r" % (B(), B()), "{} {!s}".format(A(), B()))
