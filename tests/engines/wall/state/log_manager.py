# escape: the loggers of the process
# expect: value []
import logging
escaped = sorted(logging.Logger.manager.loggerDict)
escaped
