# escape: an attribute of a library class, stored through a local variable
# expect: HC105
# control: yes
import string


def change(owner):
    owner.delimiter = "%"


change(string.Template)
escaped = string.Template.delimiter == "%"
