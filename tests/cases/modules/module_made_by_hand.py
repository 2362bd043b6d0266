# refused: HC110
import types

try:
    types.ModuleType("mine").x = 1
except TypeError:
    print("no")
