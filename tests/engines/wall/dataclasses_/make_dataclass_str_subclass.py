# escape: program text from a field's name that lies
# expect: HC109
import dataclasses
class Name(str):
    def isidentifier(self):
        return True
dataclasses.make_dataclass("A", [Name("x=print")])
