# escape: a mark on a library class
# expect: value False
import json, typing
typing.no_type_check(json.JSONEncoder)
getattr(json.JSONEncoder.default, "__no_type_check__", False)
