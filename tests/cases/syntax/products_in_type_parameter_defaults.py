# min-python: 3.13
def f(x):
    return x


type Alias[T = f(2) * f(3), *Ts = tuple[f(2) * f(4)], **P = [f(9) % f(5)]] = T


def function(one):
    class Box[T = f(one) * f(3)]:
        def method[U = f(one) * f(4)](self):
            pass

    return Box


Box = function(2)
print([each.__default__ for each in Alias.__type_params__])
Box.__type_params__[0].__default__, Box.method.__type_params__[0].__default__
