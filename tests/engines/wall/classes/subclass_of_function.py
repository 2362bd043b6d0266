# escape: a class over FunctionType
# expect: guest TypeError
import types
class F(types.FunctionType):
    pass
