# escape: a forged tool
# expect: HC104
class search:
    pass
