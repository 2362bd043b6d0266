def f():
    try:
        raise ValueError(1)
    except ValueError as err:
        saved = err
    try:
        err
    except UnboundLocalError as e:
        return type(e).__name__, saved.args
f()
