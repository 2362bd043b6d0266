# escape: program text from the fields of a base
# expect: HC106
# control: yes
import dataclasses
class Params:
    frozen = False
class Field:
    name = "x=print"
    init = repr = compare = True
    kw_only = False
    hash = None
    default = default_factory = dataclasses.MISSING
    type = int
    _field_type = None
class Base:
    __dataclass_fields__ = {"x": Field()}
    __dataclass_params__ = Params()
try:
    @dataclasses.dataclass
    class A(Base):
        pass
    escaped = True
except SyntaxError:
    escaped = True
except TypeError:
    escaped = False
