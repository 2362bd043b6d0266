# escape: a keyword that the class builder takes
# expect: guest TypeError
class A(__class__=1):
    pass
