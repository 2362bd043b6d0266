class Names:
    def __iter__(self):
        yield "p"
        yield "q"


class A:
    __slots__ = iter(["a"])


class B:
    __slots__ = Names()


print(list(A.__slots__), list(B.__slots__), type(A.__slots__).__name__, type(B.__slots__).__name__)
a, b = A(), B()
a.a, b.p, b.q = 1, 2, 3
print(a.a, b.p, b.q, hasattr(a, "__dict__"))
for wrong in (1, [1], ["x y"]):
    try:

        class C:
            __slots__ = wrong

    except TypeError as error:
        print(error)
