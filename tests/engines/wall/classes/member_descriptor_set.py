# escape: a store through a slot's descriptor
# expect: HC105
import dataclasses
@dataclasses.dataclass
class A:
    x: int = 0
field = A.__dataclass_fields__["x"]
type(field).name.__set__(field, "forged")
escaped = field.name
