# escape: private values by dataclasses.replace
# expect: HC106
import dataclasses, unittest
class T(unittest.TestCase):
    __dataclass_fields__ = {}
