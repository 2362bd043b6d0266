log = []
def mark(tag):
    log.append("make " + tag)
    def deco(f):
        log.append("apply " + tag)
        return f
    return deco

@mark("a")
@mark("b")
def f():
    return 1

log
