from dataclasses import dataclass
@dataclass
class C:
    a: int
    b: int
C(1)
