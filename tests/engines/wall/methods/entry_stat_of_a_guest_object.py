# escape: a function of the real os module
# expect: guest TypeError
import os
class W:
    pass
os.DirEntry.stat(W())
