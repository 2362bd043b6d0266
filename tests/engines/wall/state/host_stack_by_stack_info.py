# escape: the host's stack
# expect: value 'x\n'
import io, logging
out = io.StringIO()
logger = logging.getLogger("wall")
logger.addHandler(logging.StreamHandler(out))
logger.propagate = False
logger.warning("x", stack_info=True)
out.getvalue()
