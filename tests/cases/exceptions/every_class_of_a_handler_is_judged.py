for wanted in ((ValueError, 42), (42, ValueError), ((ValueError,), "x"), 42):
    try:
        try:
            raise ValueError("first")
        except wanted:
            print("taken")
    except TypeError as error:
        print(error, repr(error.__context__))
