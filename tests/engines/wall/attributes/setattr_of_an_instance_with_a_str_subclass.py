# escape: an attribute stored by a name that is another one after the check
# expect: HC109
class Plain:
    kind = 1


class Name(str):
    pass


Plain().__setattr__(Name("own"), 1)
