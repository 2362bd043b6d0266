# escape: the refusal that ends the run, forged
# expect: HC101
import contextlib
def leave(kind, error, tb):
    if error is not None:
        vars(error).update(error=None, value="forged")
        return True
with contextlib.ExitStack() as stack:
    stack.push(leave)
    stack.callback(lambda: getattr(leave, "__globals__"))
