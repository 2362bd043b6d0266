# min-python: 3.12
class Box[T, *Ts]:
    def first[U](self, x: U) -> U:
        return x
([str(p) for p in Box.__type_params__], [str(p) for p in Box.first.__type_params__], Box().first(3))
