# escape: a facade with other exports
# expect: HC101
import json
json.__init__("json", {"dumps": print}, {})
escaped = json.dumps is print
