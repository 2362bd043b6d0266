# escape: the names of the host's files
# expect: HC401
# control: yes
import os
escaped = "etc" in os.listdir("/")
