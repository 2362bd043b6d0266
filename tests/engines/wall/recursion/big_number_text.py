# escape: a number in text that takes for ever
# expect: guest SyntaxError
eval("9" * 10 ** 5)
