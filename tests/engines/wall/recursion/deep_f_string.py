# escape: a crash of the compiler
# expect: guest SyntaxError
eval("f'{" * 200 + "1" + "}'" * 200)
