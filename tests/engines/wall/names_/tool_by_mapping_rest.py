# escape: a forged tool
# expect: HC104
match {}:
    case {**search}:
        pass
