import traceback
def f():
    try:
        raise ExceptionGroup("a", [ValueError(1), KeyError(2)])
    except* ValueError as e:
        x = 1
        raise ZeroDivisionError(5)
    except* KeyError:
        y = 3
        1/0
try: f()
except BaseException: print(traceback.format_exc())
def g():
    try:
        raise ExceptionGroup("a", [ValueError(1), KeyError(2)])
    except* ValueError as e:
        x = 1
        raise
    except* KeyError:
        y = 3
        h()
    z = 4
def h():
    raise OSError(7)
try: g()
except BaseException: print(traceback.format_exc())
def k():
    for i in range(2):
        try:
            g()
        except* OSError:
            i = 9
            f()
try: k()
except BaseException: print(traceback.format_exc())
def m():
    while True:
        if True:
            with open("written.txt", "w"):
                for i in range(2):
                    try:
                        g()
                    except* OSError:
                        f()
try: m()
except BaseException: print(traceback.format_exc())
def n():
    for j in 1, 2:
        yield j
        for i in range(2):
            try:
                g()
            except* OSError:
                f()
try: list(n())
except BaseException: print(traceback.format_exc())
