log = []
def f(n):
    try:
        try:
            if n == 0: raise KeyError("a")
            if n == 1: raise ValueError("b")
            log.append("none")
        except KeyError:
            log.append("inner")
            raise ValueError("from inner")
        finally:
            log.append("fin")
    except ValueError as e:
        log.append(str(e))
for i in range(3): f(i)
log
