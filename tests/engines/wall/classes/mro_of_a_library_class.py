# escape: unreviewed base classes
# expect: HC110
# control: yes
import logging
escaped = len(logging.Logger.__mro__) > 2
