# escape: a crash of the compiler
# expect: guest SyntaxError
exec("with " + ", ".join(["a"] * 20000) + ": pass")
