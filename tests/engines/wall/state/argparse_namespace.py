# escape: an object turned into another class' instance
# expect: guest ValueError
import argparse
class A:
    pass
escaped = type(argparse.Namespace(**{"__class__": A}))
