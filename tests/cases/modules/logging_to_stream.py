import logging, io
stream = io.StringIO()
log = logging.getLogger("case")
log.setLevel(logging.INFO)
h = logging.StreamHandler(stream)
h.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(message)s"))
log.addHandler(h)
log.propagate = False
log.info("n=%d", 3)
log.debug("hidden")
try:
    1 / 0
except ZeroDivisionError:
    log.error("bad")
stream.getvalue()
