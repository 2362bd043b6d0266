# escape: an attribute in a nested format spec
# expect: HC101
# control: yes
def f():
    pass
class Taker:
    def __format__(self, spec):
        global escaped
        escaped = spec != ""
        return ""
"{0:{1.__globals__}}".format(Taker(), f)
