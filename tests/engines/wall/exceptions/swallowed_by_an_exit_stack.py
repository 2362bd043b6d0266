# escape: an exception swallowed: what guests may do with their own
# expect: HC101
# control: yes
import contextlib
with contextlib.ExitStack() as stack:
    stack.push(lambda *exc: True)
    stack.callback(lambda: (lambda: 0).__globals__["nothing"])
escaped = "went on"
