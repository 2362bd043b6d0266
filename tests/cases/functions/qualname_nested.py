class A:
    class B:
        def m(self):
            def inner():
                pass
            return inner.__qualname__
(A.B().m(), A.B.__qualname__, A.B.m.__qualname__)
