# escape: a module of the guest's making, which library code would take for one of its own
# expect: HC110
import types
escaped = types.ModuleType("escaped")
