# escape: the class that a mock stands for
# expect: HC102
from unittest.mock import Mock
escaped = Mock(spec=lambda: 0)._spec_class
