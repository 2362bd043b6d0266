# escape: the class of the loggers of the process
# expect: HC202
import logging
logging.setLoggerClass
