# escape: a limit swallowed by an exit stack
# expect: limit ops
import contextlib
def quiet(*exc):
    return True
while True:
    with contextlib.ExitStack() as stack:
        stack.push(quiet)
        stack.callback(lambda: [0 for _ in range(10 ** 9)])
