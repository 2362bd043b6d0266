# escape: a crash of the compiler
# expect: guest RecursionError
eval("f" + "()" * 100000)
