# escape: an attribute deleted by a name that is another one after the check
# expect: HC109
class Plain:
    kind = 1


class Name(str):
    pass


plain = Plain()
plain.own = 1
plain.__delattr__(Name("own"))
