# escape: a private value of a library base as a field's default
# expect: HC102
import dataclasses, unittest
@dataclasses.dataclass
class T(unittest.TestCase):
    _runtime: object
escaped = T.__dataclass_fields__["_runtime"].default
