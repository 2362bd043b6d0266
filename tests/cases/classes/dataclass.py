from dataclasses import dataclass, field, asdict, replace, astuple, fields
@dataclass
class Item:
    name: str
    price: float = 1.5
    tags: list = field(default_factory=list)
    def total(self, n): return self.price * n
@dataclass(frozen=True, order=True)
class V:
    a: int
    b: int = 0
i = Item("x", tags=["t"])
(i, i == Item("x", 1.5, ["t"]), asdict(i), replace(i, name="y"), V(1) < V(1, 2), len({V(1), V(1)}), astuple(V(3)), [f.name for f in fields(Item)], i.total(2))
