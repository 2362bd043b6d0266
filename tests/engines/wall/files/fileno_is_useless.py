# escape: a descriptor that something takes
# expect: HC202
import os
open("x.txt", "w").close()
f = open("x.txt")
os.fdopen(f.fileno())
