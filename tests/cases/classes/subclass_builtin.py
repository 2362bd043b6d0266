class MyList(list):
    def total(self): return sum(self)
class Upper(dict):
    def __setitem__(self, k, v): super().__setitem__(k.upper(), v)
    def __missing__(self, k): return f"no {k}"
class Name(str):
    def shout(self): return self.upper() + "!"
m = MyList([1, 2]); m.append(3)
u = Upper(); u["a"] = 1
(m, m.total(), u, u["zz"], Name("bo").shout(), isinstance(m, list), len(m[:2]), type(m[:2]).__name__)
