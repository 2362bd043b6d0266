# escape: the code object of a forward reference
# expect: HC101
# control: yes
import typing
escaped = typing.List["print"].__args__[0].__forward_code__ is not None
