# escape: a library object's beginning on another object
# expect: guest TypeError
import uuid
class W:
    pass
uuid.UUID.__init__(W(), int=1)
