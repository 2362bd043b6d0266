try:
    exec("  x = 1")
except IndentationError as error:
    print(error.filename, error.lineno, error.msg)
print(eval(" \t1 + 1"))
try:
    eval("1 +")
except SyntaxError as error:
    print(error, error.filename)
