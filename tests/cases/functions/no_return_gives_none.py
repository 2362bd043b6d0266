def f():
    1 + 1

def g(x):
    if x:
        return

print(f(), g(0), g(1))
