# escape: a file written outside the cell
# expect: HC401
import logging
logging.FileHandler("/tmp/wall-made.log")
