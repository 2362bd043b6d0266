# escape: a class over FunctionType
# expect: HC107
import types
class F(types.FunctionType):
    pass
