# escape: a class that passes for another
# expect: HC106
class M(type):
    def __hash__(cls):
        return 1
    def __eq__(cls, other):
        return True
