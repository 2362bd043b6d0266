# escape: the real class behind a stand-in
# expect: HC102
import types
escaped = types.FunctionType._real
