# escape: a descriptor of the library that is told another name
# expect: HC102
import functools, unittest
class Prop(functools.cached_property):
    def __set_name__(self, owner, name):
        super().__set_name__(owner, "_runtime")
class T(unittest.TestCase):
    x = Prop(lambda self: "forged")
    def runTest(self):
        pass
escaped = T().x
