# escape: a keyword of types.new_class whose name is another one than the one that was looked for
# expect: HC109
import types


class Name(str):
    def __eq__(self, other):
        return other == "metaclass"

    def __hash__(self):
        return hash("metaclass")


escaped = types.new_class("C", (), {Name("harmless"): type})
