# min-python: 3.13
def note(value):
    print("evaluated", value)
    return value


class Box[T = note(int), *Ts = *note(tuple[int, str]), **P = [note(int)]]:
    pass


type Alias[T: int = Later, *Ts = *tuple[Later, ...]] = tuple[T, *Ts]


class Later:
    pass


print("defined")
for each in (*Box.__type_params__, *Alias.__type_params__):
    print(each, each.has_default(), each.__default__)
Alias.__value__, Alias[bool], [each.__name__ for each in Box.__type_params__]
