# escape: the encoder of the process
# expect: HC105
import json
json.JSONEncoder.item_separator = "pwned"
