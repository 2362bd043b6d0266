# escape: str.format as a callback of functools.partial
# expect: HC101
import functools
escaped = functools.partial(str.format, "{0.__globals__}")(lambda: 0)
