# escape: a crash of the compiler
# expect: value None
exec("".join(" " * k + "if 1:\n" for k in range(90)) + " " * 90 + "x = 1\nx")
