# escape: the words of the refusal that ends the run
# expect: HC101
import contextlib
def leave(kind, error, tb):
    if error is not None:
        error.error.message = "forged"
        return True
with contextlib.ExitStack() as stack:
    stack.push(leave)
    stack.callback(lambda: getattr(leave, "__globals__"))
