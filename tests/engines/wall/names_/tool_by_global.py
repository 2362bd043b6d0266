# escape: a forged tool
# expect: HC104
def f():
    global search
    search = 1
f()
