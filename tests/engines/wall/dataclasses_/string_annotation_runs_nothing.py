# escape: code in an annotation
# expect: value A(x=1)
import dataclasses
@dataclasses.dataclass
class A:
    x: "print('pwned')" = 1
A()
