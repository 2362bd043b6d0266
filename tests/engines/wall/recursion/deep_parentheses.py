# escape: a crash of the parser
# expect: guest SyntaxError
eval("(" * 100000 + ")" * 100000)
