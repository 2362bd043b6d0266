# escape: code in an annotation
# expect: guest TypeError
import inspect
def f(x: "print('pwned')"):
    pass
inspect.signature(f, eval_str=True)
