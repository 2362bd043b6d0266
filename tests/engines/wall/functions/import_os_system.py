# escape: a process
# expect: HC202
# control: yes
import os
escaped = os.system("true") == 0
