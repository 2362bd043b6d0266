# escape: whether a file of the host exists
# expect: HC401
import os
escaped = os.path.exists("/etc/passwd")
