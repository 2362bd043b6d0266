# escape: str.format by operator.methodcaller
# expect: HC101
import operator
escaped = operator.methodcaller("format", lambda: 0)("{0.__globals__}")
