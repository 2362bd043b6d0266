# min-python: 3.13
class Box[T = int]:
    pass
[str(p) for p in Box.__type_params__]
