# What a handler of except* raises again belongs to the group it came from; what it raises anew does not.
def show(f):
    try:
        f()
    except BaseException as e:
        print(repr(e), [type(x).__name__ for x in getattr(e, "exceptions", ())], e.__context__, e.__cause__)
    else: print("fine")
def group(): raise ExceptionGroup("g", [ValueError(1), ExceptionGroup("h", [TypeError(2), OSError(3)])])
def a():
    try: group()
    except* OSError: raise
def b():
    try: group()
    except* OSError as e: raise e
def c():
    try: group()
    except* OSError as e: raise
    except* ValueError: raise RuntimeError("x")
def d():
    try: group()
    except* OSError as e:
        try: raise KeyError(1)
        except KeyError: pass
        raise
def e():
    try: group()
    except* OSError as err:
        raise err.exceptions[0]
    except* TypeError as err: raise ValueError from err
def f():
    for k in range(3):
        try: group()
        except* OSError as err: raise
        finally: print("fin")
def g():
    try: raise ValueError("naked")
    except* ValueError as err: print(repr(err)); raise
def gen():
    try:
        yield 1
        group()
    except* OSError as err:
        yield 2
        raise
    except* ValueError: yield 3
def h(): print(list(gen()))
def i():
    try: group()
    except* (OSError, ValueError) as err:
        raise err
    except* TypeError: pass
def j():
    try: group()
    except* OSError as err:
        raise err from None
def k():
    try: group()
    except* OSError as err:
        err.add_note("noted")
        raise
for each in (a,b,c,d,e,f,g,h,i,j,k): show(each)
