# escape: a library class registered for the whole process
# expect: HC105
import typing
typing.Sequence.register(set)
escaped = isinstance(set(), typing.Sequence)
