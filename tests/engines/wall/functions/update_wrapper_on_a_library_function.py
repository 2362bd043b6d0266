# escape: a changed library function
# expect: HC105
# control: yes
import functools, json
functools.update_wrapper(json.dumps, lambda: 0)
escaped = json.dumps.__name__ == "<lambda>"
