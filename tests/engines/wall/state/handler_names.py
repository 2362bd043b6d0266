# escape: the register of handlers of the process
# expect: HC105
import logging
handler = logging.NullHandler()
handler.set_name("wall")
handler.name = "wall2"
handler.name
