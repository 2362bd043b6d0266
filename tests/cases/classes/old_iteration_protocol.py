class Seq:
    def __getitem__(self, i):
        if i > 2: raise IndexError(i)
        return i * 10
(list(Seq()), 20 in Seq(), [x for x in Seq()])
