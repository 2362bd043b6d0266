# escape: objects that library functions keep as defaults
# expect: HC101
import json
escaped = json.JSONDecoder().parse_object.__defaults__
