# escape: a keyword argument that a library function compares as it likes
# expect: HC109
# control: yes
import json
class Name(str):
    pass
class Meta(type):
    __iter__ = property(lambda cls: dict.__iter__)
class Names(dict, metaclass=Meta):
    def __iter__(self):
        return iter([])
    def keys(self):
        return [Name("indent")]
    def __getitem__(self, name):
        return 1
escaped = json.dumps([1], **Names()) == "[\n 1\n]"
