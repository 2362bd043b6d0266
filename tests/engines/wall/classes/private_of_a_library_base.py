# escape: a private class attribute of a library base
# expect: HC102
import unittest
class T(unittest.TestCase):
    def runTest(self):
        return self._runtime
escaped = T().runTest()
