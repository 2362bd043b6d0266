# escape: a keyword argument of a class statement that the check of metaclasses does not see
# expect: HC109
class Key(str):
    def __hash__(self):
        return 1
class A(**{Key("metaclass"): type}):
    pass
