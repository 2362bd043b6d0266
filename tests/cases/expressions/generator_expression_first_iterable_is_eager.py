def boom():
    raise ValueError("now")
try:
    g = (x for x in boom())
    r = "lazy"
except ValueError:
    r = "eager"
log = []
def second():
    log.append("called")
    return [1]
h = (a for b in [1] for a in second())
before = list(log)
(r, before, list(h), log)
