# escape: an attribute stored by a name that is another one after the check
# expect: HC109
class Plain:
    kind = 1


class Name(str):
    pass


object.__setattr__(Plain(), Name("own"), 1)
