import copy
class N:
    def __init__(self, v): self.v = v
a = {"l": [1, [2]], "n": N([3])}
s, d = copy.copy(a), copy.deepcopy(a)
a["l"][1].append(9)
a["n"].v.append(4)
cyc = [1]; cyc.append(cyc)
c2 = copy.deepcopy(cyc)
(s["l"], d["l"], d["n"].v, c2[1] is c2)
