# escape: the class that a mock stands for
# expect: HC101
import types
from unittest.mock import Mock
escaped = vars(Mock(spec=types.SimpleNamespace()))
