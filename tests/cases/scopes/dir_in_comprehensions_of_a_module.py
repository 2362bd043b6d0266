class Body:
    pass


print(["Body" in dir() for zz in [1]], ["zz" in dir() for zz in [1]])
