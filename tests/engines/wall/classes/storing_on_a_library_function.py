# escape: a changed library function
# expect: HC105
# control: yes
import json
json.dumps.mark = 1
escaped = json.dumps.mark == 1
