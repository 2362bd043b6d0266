# escape: an attribute that the library's own code reads is taken from one of its objects
# expect: HC105
import logging

logger = logging.getLogger("shared")
del logger.name
escaped = logger
