# escape: private state replaced through vars()
# expect: guest TypeError
import unittest
class T(unittest.TestCase):
    def runTest(self):
        pass
t = T()
vars(t)["_runtime"] = "forged"
escaped = True
