# escape: a forged tool
# expect: HC104
match [1]:
    case [search]:
        pass
