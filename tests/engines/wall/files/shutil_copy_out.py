# escape: a file written outside the cell
# expect: HC401
import shutil
open("x.txt", "w").close()
shutil.copy("x.txt", "/tmp/wall-copy.txt")
