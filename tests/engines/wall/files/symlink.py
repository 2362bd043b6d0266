# escape: a link out of the cell
# expect: HC202
import os
os.symlink("/etc", "etc")
