# escape: a crash of the compiler
# expect: limit memory_mb
eval("lambda: " * 50000 + "1")
