# escape: program text from the fields of a base
# expect: guest TypeError
import dataclasses
@dataclasses.dataclass
class Base:
    x: int = 0
Base.__dataclass_fields__["x=print"] = Base.__dataclass_fields__["x"]
