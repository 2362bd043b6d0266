# escape: a crash of the compiler
# expect: guest MemoryError
eval("lambda: " * 50000 + "1")
