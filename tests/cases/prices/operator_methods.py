(5).__mul__(1.5) is NotImplemented, [1].__mul__(2), 'x'.ljust.__name__, 'x'.ljust(3)
