# escape: program text from a field's name
# expect: guest TypeError
import dataclasses
dataclasses.make_dataclass("A", ["x=print"])
