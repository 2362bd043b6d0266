# escape: a refusal swallowed by return in finally
# expect: HC101
# control: yes
def f():
    try:
        return (lambda: 0).__globals__["__name__"] and 1 / 0
    finally:
        return "went on"
escaped = f() == "went on"
