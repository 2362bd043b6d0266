# escape: str.format through a mock
# expect: guest TypeError
from unittest.mock import Mock
escaped = Mock(wraps="{0.__globals__}").format(lambda: 0)
