# escape: the refusal that ends the run in the hands of a result
# expect: HC101
import unittest
got = []
class Result:
    shouldStop = failfast = False
    def addError(self, test, err):
        got.append(err)
    def __getattr__(self, name):
        return lambda *args, **kwargs: None
class T(unittest.TestCase):
    def runTest(self):
        getattr(T, "__subclasses__")
T().run(Result())
got[0][1].error.message = "forged"
