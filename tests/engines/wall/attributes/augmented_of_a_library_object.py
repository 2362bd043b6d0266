# escape: an attribute that the library's own code reads is changed in place on one of its objects
# expect: HC105
import logging

logger = logging.getLogger("shared")
logger.name += " and more"
escaped = logger
