# escape: a mark on a library class
# expect: value False
# control: yes
import json, unittest
unittest.skip("x")(json.JSONEncoder)
escaped = getattr(json.JSONEncoder, "__unittest_skip__", False)
escaped
