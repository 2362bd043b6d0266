# escape: a default of a formatter in "{" style
# expect: HC101
import io
import logging
out = io.StringIO()
handler = logging.StreamHandler(out)
handler.setFormatter(logging.Formatter("{f.__globals__}", style="{", defaults={"f": lambda: 0}))
logger = logging.getLogger("wall")
logger.propagate = False
logger.addHandler(handler)
logger.warning("x")
escaped = out.getvalue()
