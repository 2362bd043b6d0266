# escape: private state of a library base by functools.update_wrapper
# expect: HC102
import functools, unittest
class T(unittest.TestCase):
    def runTest(self):
        pass
def f():
    pass
f._runtime = "forged"
t = T()
functools.update_wrapper(t, f)
t._runtime
