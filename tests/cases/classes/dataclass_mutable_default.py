from dataclasses import dataclass
@dataclass
class C:
    items: list = []
