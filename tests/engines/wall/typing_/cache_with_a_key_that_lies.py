# escape: a shared cache with a guest's key
# expect: value None
import typing
class Key(tuple):
    def __eq__(self, other):
        return True
    def __hash__(self):
        return hash((str, float))
typing.Dict[Key((str, bytes))] and None
