import json
from dataclasses import dataclass, asdict
@dataclass
class Order:
    id: int
    items: list
orders = [Order(**o) for o in json.loads('[{"id": 1, "items": ["a"]}, {"id": 2, "items": []}]')]
json.dumps([asdict(o) for o in orders if o.items])
