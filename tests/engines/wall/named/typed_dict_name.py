# escape: program text from a name, which the library takes as it is
# expect: value 'A=print'
import typing
typing.TypedDict("A=print", {"x": int}).__name__
