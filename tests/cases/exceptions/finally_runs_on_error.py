def f():
    try:
        raise ValueError("inner")
    finally:
        print("cleanup")
try:
    f()
except ValueError as e:
    print("got", e)
f()
