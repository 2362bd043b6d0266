try:
    pass
except ValueError:
    print("never")
else:
    raise ValueError("from else")
