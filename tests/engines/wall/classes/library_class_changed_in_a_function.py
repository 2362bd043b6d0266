# escape: an attribute of a library class, stored through a local variable
# expect: HC105
# control: yes
import json


def change(owner):
    owner.item_separator = " guest "


change(json.JSONEncoder)
escaped = json.JSONEncoder.item_separator == " guest "
