# min-python: 3.12
def note(value):
    print("evaluated", value)
    return value


class Box[T: note(int), *Ts, **P]:
    def put[U: (note(str), bytes), V: Later](self, item: U) -> tuple[T, U, V]:
        return item


type Tree[K, V] = dict[K, Tree[K, V] | V]
type Pair[*Ts] = note(tuple[*Ts])
type Plain = note(Plain)


def outer():
    class Local[T: late]:
        type Inner[S: T] = tuple[S, T, late]

    late = "bound afterwards"
    return Local


class Later:
    pass


print("defined")
T, Ts, P = Box.__type_params__
U, V = Box.put.__type_params__
print(T.__bound__, T.__bound__, U.__constraints__, U.__bound__, V.__bound__ is Later, Ts, P)
print(Tree.__value__, Tree.__type_params__, Tree[str, int], Tree.__name__)
print(Pair.__value__, Pair.__type_params__, Plain.__value__, Plain)
local = outer()
print(local.__type_params__[0].__bound__, local.Inner.__value__, local.Inner.__type_params__[0].__bound__)
Box.put.__annotations__, T.__infer_variance__, repr(T), T.__module__, Tree.__module__
