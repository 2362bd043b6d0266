# escape: a changed library class
# expect: guest TypeError
# control: yes
import json
from unittest.mock import Mock
Mock.attach_mock(json.JSONEncoder, Mock(), "default")
escaped = isinstance(json.JSONEncoder.default, Mock)
