class A:
    def __init__(self):
        self.__secret = 1
        self._open = 2
    def get(self): return self.__secret
class B(A):
    def __init__(self):
        super().__init__()
        self.__secret = 9
b = B()
(b.get(), b._open, sorted(vars(b)))
