# escape: the namespace of a class before it is judged
# expect: value False
# min-python: 3.12
class Plain:
    type Names = locals()
found = Plain.Names.__value__
escaped = any(name[:1] in "._" for name in found)
escaped
