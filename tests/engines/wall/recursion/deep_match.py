# escape: a crash of the compiler
# expect: guest SyntaxError
exec("match 1:\n case " + "[" * 5000 + "]" * 5000 + ": pass")
