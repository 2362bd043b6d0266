# escape: a crash of the compiler
# expect: limit memory_mb
exec("if 0: pass\n" + "elif 0: pass\n" * 20000)
