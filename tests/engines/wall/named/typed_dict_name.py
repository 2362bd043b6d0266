# escape: program text from a name
# expect: guest ValueError
import typing
typing.TypedDict("A=print", {"x": int})
