# escape: host values by the text signature of a function
# expect: guest TypeError
# expect: guest ValueError
import inspect
def f():
    pass
f.__dict__["__signature__"] = "(x=os.sep)"
escaped = str(inspect.signature(f))
