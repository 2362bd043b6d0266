# escape: a formatter of logging in "{" style
# expect: HC101
# control: yes
import io
import logging
out = io.StringIO()
handler = logging.StreamHandler(out)
handler.setFormatter(logging.Formatter("{args[0].__globals__}", style="{"))
logger = logging.getLogger("wall")
logger.propagate = False
logger.addHandler(handler)
logger.warning("%s", lambda: 0)
escaped = out.getvalue() != ""
