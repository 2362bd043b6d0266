# escape: a keyword argument that a library's check does not see, and the call does
# expect: HC109
# control: yes
class Key(str):
    def __hash__(self):
        return 1
def check(**options):
    return "opener" in options
def library(path, opener=None):
    return opener
given = {Key("opener"): "guest"}
escaped = not check(**given) and library("x", **given) == "guest"
