# escape: a crash of the compiler
# expect: limit memory_mb
eval("not " * 50000 + "1")
