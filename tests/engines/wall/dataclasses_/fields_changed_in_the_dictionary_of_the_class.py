# escape: the fields that the library keeps of a dataclass, changed through the dictionary of the class
# expect: guest AttributeError
# control: yes
import dataclasses


@dataclasses.dataclass
class D:
    x: int = 1


vars(D)["__dataclass_fields__"].clear()
escaped = dataclasses.fields(D) == ()
