# escape: code in a forward reference
# expect: value False
# control: yes
import typing
ran = []
def f(x: "ran.append(1)"):
    pass
try:
    typing.get_type_hints(f)
except TypeError:
    pass
escaped = ran == [1]
escaped
