class C: x = 1
(getattr(C, "x"), getattr(C(), "y", None), hasattr(C, "y"), getattr("abc", "upper")())
