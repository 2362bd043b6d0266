# escape: a private name of a library base
# expect: HC102
import dataclasses, unittest
dataclasses.make_dataclass("T", [], bases=(unittest.TestCase,), namespace={"_runtime": 1})
