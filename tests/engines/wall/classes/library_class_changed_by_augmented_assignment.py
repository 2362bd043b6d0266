# escape: an attribute of a library class, stored by an operator that has a price
# expect: HC105
# control: yes
import string

times = 2
string.Template.delimiter *= times
escaped = string.Template.delimiter == "$$"
