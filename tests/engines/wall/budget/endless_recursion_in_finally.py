# escape: calls past the budget
# expect: limit ops
# expect: limit wall_s
def f():
    try:
        f()
    finally:
        f()
f()
