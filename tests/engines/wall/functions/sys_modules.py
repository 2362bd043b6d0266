# escape: the modules of the process
# expect: HC202
# control: yes
import sys
escaped = "os" in sys.modules
