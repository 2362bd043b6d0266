# escape: the host's stack
# expect: value None
import logging
logging.getLogger().findCaller(stack_info=True)[-1]
