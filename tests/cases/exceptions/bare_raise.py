def f():
    try:
        {}["x"]
    except KeyError:
        print("seen")
        raise
f()
