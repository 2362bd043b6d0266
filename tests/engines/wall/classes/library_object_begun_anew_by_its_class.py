# escape: a shared library object with other values
# expect: HC101
import uuid
uuid.UUID.__init__(uuid.NAMESPACE_DNS, int=1)
escaped = uuid.NAMESPACE_DNS.int == 1
