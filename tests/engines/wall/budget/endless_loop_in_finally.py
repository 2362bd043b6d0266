# escape: a loop past the budget
# expect: limit ops
def f():
    try:
        while True:
            pass
    finally:
        while True:
            pass
f()
