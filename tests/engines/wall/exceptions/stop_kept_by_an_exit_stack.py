# escape: the refusal that ends the run, forged
# expect: HC101
import contextlib
got = []
def leave(kind, error, tb):
    if error is not None:
        got.append(error)
        return True
with contextlib.ExitStack() as stack:
    stack.push(leave)
    stack.callback(lambda: getattr(leave, "__globals__"))
got[0].error = None
got[0].value = "forged"
