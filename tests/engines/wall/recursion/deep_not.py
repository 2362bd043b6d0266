# escape: a crash of the compiler
# expect: guest MemoryError
eval("not " * 50000 + "1")
