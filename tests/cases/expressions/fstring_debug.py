x = 5
name = "a b"
(f"{x=}", f"{x + 1 = }", f"{name=!s}", f"{x=:>4}")
