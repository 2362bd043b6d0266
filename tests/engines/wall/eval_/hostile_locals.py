# escape: the engine's names by a mapping of the guest's own
# expect: value 'forged'
class Space(dict):
    def __getitem__(self, name):
        return "forged"
    def __contains__(self, name):
        return True
eval("len", {}, Space())
