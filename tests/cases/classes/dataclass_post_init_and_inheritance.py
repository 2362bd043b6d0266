from dataclasses import dataclass, field, InitVar, KW_ONLY
@dataclass
class A:
    x: int
    doubled: int = field(init=False)
    def __post_init__(self): self.doubled = self.x * 2
@dataclass
class B(A):
    y: int = 7
    _: KW_ONLY
    z: str = "k"
(A(2), B(1), B(1, 2, z="q"))
