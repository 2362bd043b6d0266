class Config:
    total = 0
    for i in range(3):
        total += i
    if total > 2:
        size = "big"
    else:
        size = "small"
    class Inner:
        deep = 1
    names = [n.upper() for n in ("a", "b")]
    def m(self): return self.total
    alias = m
(Config.total, Config.size, Config.Inner.deep, Config.names, Config().alias(), Config.i)
