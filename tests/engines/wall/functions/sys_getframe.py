# escape: a frame
# expect: guest AttributeError
# control: yes
import sys
escaped = sys._getframe() is not None
