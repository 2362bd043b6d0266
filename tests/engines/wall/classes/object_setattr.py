# escape: a store past the gate
# expect: HC105
# control: yes
import uuid
object.__setattr__(uuid.NAMESPACE_DNS, "int", 1)
escaped = uuid.NAMESPACE_DNS.int == 1
