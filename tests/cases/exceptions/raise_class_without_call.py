try:
    raise ValueError
except ValueError as e:
    r = (e.args, str(e), repr(e))
r
