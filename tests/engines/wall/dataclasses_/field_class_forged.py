# escape: a field object of the guest's own making
# expect: guest TypeError
import dataclasses
from unittest.mock import Mock
@dataclasses.dataclass
class A:
    x: int = Mock(spec=dataclasses.field())
escaped = A
