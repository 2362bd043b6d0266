# escape: two classes that the guards take for one: what is known of the first is believed of the second
# expect: HC106
# control: yes
import dataclasses, unittest
@dataclasses.dataclass(unsafe_hash=True)
class Meta(type):
    mark: int = 0
    def __init__(cls, *args, **options):
        pass
class Plain(metaclass=Meta):
    mark = 1
class Test(unittest.TestCase, metaclass=Meta):
    mark = 1
    def runTest(self):
        pass
Plain()._mine = 1
escaped = Plain == Test and bool(Test()._testMethodName)
