# escape: the names of the host's files
# expect: HC401
import glob
glob.glob("/etc/*")
