# escape: an attribute of a library class, stored by an operator that has a price
# expect: HC105
# control: yes
import json

json.JSONEncoder.item_separator *= 2
escaped = json.dumps([1, 2]) == "[1, , 2]" or json.JSONEncoder.item_separator == ", , "
