# escape: special methods on a library class
# expect: HC105
# control: yes
import dataclasses, json
dataclasses.dataclass(json.JSONEncoder)
escaped = hasattr(json.JSONEncoder, "__dataclass_fields__")
