# escape: a library class registered for the whole process
# expect: HC105
import collections.abc, types
types.GenericAlias(collections.abc.Hashable, ()).register(list)
escaped = isinstance([], collections.abc.Hashable)
