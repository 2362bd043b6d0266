# escape: a changed library class
# expect: HC105
# control: yes
import json
json.JSONEncoder.default = lambda self, o: "forged"
escaped = json.dumps(object()) == '"forged"'
