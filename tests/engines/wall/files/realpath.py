# escape: the real directory behind the cell
# expect: value '/cell'
import os.path
os.path.realpath(".")
