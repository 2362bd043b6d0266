import operator
print(operator.__or__(1,2), operator.__sub__ is operator.sub, operator.__contains__([1],1))
from collections.abc import Callable
print(issubclass(type, Callable), type.__call__ is not None)
