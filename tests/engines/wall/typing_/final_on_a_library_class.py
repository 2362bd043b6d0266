# escape: a mark on a library class
# expect: value False
# control: yes
import json, typing
typing.final(json.JSONEncoder)
escaped = getattr(json.JSONEncoder, "__final__", False)
escaped
