# escape: str.format through a generic alias
# expect: HC101
import types
escaped = types.GenericAlias(str, ()).format("{0.__globals__}", lambda: 0)
