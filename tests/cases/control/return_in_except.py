def f():
    try:
        1 / 0
    except ZeroDivisionError as e:
        return str(e)
    else:
        return "else"
f()
