# escape: a crash of the compiler
# expect: limit memory_mb
eval("-" * 100000 + "1")
