# escape: a crash by a huge width
# expect: value 'Too many decimal digits in format string'
try:
    format(1, "9" * 5000 + "d")
except ValueError as e:
    escaped = str(e)
escaped
