def f():
    for i in range(3):
        try:
            return i
        finally:
            print("cleanup", i)

f()
