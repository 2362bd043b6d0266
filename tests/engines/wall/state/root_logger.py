# escape: the root logger of the process
# expect: value None
# control: yes
import logging
logging.getLogger().setLevel(1)
logging.basicConfig(level=1)
escaped = logging.getLogger().level == 1
