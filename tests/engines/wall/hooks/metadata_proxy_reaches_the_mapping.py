# escape: the empty mapping that all fields share
# expect: value False
# control: yes
import dataclasses
class Grab:
    def __eq__(self, other):
        other["forged"] = 1
        return True
dataclasses.field().metadata == Grab()
escaped = dict(dataclasses.field().metadata) == {"forged": 1}
escaped
