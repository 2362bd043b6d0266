# escape: an attribute by a path in text
# expect: HC101
from unittest.mock import Mock
escaped = Mock(**{"f.__globals__": 1})
