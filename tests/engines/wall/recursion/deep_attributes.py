# escape: a crash of the compiler
# expect: guest RecursionError
eval("a" + ".b" * 100000)
