try:
    try:
        int("z")
    except ValueError as e:
        raise RuntimeError("wrapped") from e
except RuntimeError as e:
    r = (str(e), type(e.__cause__).__name__, e.__suppress_context__)
try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise KeyError("second")
except KeyError as e:
    s = (type(e.__context__).__name__, e.__cause__)
(r, s)
