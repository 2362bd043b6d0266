# escape: a crash of the compiler
# expect: guest RecursionError
eval("1" + "+1" * 100000)
