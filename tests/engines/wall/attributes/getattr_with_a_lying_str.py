# escape: an attribute by a name that changes after the check
# expect: HC109
class Name(str):
    def __eq__(self, other):
        return True
    def __hash__(self):
        return hash("upper")
escaped = getattr(lambda: 0, Name("__globals__"))
