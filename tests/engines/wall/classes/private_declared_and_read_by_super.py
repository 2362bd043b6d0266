# escape: a private attribute that the guest's class only pretends to own
# expect: HC102
import unittest
class T(unittest.TestCase):
    _runtime = None
    def leak(self):
        return super()._runtime
escaped = T("leak").leak()
