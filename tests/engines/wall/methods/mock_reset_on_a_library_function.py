# escape: a changed library function
# expect: guest TypeError
import json
from unittest.mock import Mock
Mock.reset_mock(json.dumps)
