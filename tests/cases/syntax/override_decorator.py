# min-python: 3.12
from typing import override
class A:
    def f(self): return 1
class B(A):
    @override
    def f(self): return 2
B().f()
