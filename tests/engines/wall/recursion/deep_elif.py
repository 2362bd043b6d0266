# escape: a crash of the compiler
# expect: guest MemoryError
exec("if 0: pass\n" + "elif 0: pass\n" * 20000)
