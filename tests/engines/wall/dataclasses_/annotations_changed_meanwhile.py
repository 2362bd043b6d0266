# escape: program text from a field's name that is added while the library reads
# expect: HC111
# expect: value None
import dataclasses
class M(type):
    def __getattr__(cls, name):
        cls.__annotations__.pop("z", None)
        cls.__annotations__["b=(print('pwned')),a"] = int
        raise AttributeError(name)
@dataclasses.dataclass
class A(metaclass=M):
    a: int
    z: int
