e = ValueError("a", 2)
e.add_note("hint")
try:
    raise e
except ValueError as x:
    r = (x is e, x.args, x.__notes__, str(x))
r
