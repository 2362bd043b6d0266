# escape: a shared library object with other values
# expect: HC101
# control: yes
import uuid
uuid.NAMESPACE_DNS.__init__(int=1)
escaped = uuid.NAMESPACE_DNS.int == 1
