# escape: the namespace itself, handed to a reflected comparison
# expect: value 'found'
class Greedy:
    def __eq__(self, other):
        other["search"] = lambda question: "forged"
        return True
    def __ror__(self, other):
        return self == other
globals() == Greedy(); globals() | Greedy()
search("x")
