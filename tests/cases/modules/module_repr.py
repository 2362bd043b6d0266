import json
import os
import sys
import unittest.mock

for module in json, unittest, unittest.mock:
    print(repr(module).partition("/")[0].partition(" from ")[0], " from '" in repr(module), f"{module}"[-4:])
print(sys, repr(os)[:13])
