# escape: an object turned into a library object
# expect: HC105
import argparse
import logging
class A:
    pass
a = A()
a.__class__ = logging.Logger
escaped = a
