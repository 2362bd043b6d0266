# escape: a crash of the compiler
# expect: guest MemoryError
eval("-" * 100000 + "1")
