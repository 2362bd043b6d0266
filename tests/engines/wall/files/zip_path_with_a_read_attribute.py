# escape: a path that passes for a file object
# expect: guest TypeError
# control: yes
import os, zipfile
class P(str):
    read = write = None
zipfile.ZipFile(P("/tmp/wall-pwned.zip"), "w").close()
escaped = os.path.exists("/tmp/wall-pwned.zip")
os.remove("/tmp/wall-pwned.zip")
