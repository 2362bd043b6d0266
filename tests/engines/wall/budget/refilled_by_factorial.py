# escape: a budget refilled by a number that lies
# expect: limit ops
import math
class Price(int):
    def __gt__(self, other):
        return other == 0
    def __radd__(self, other):
        return 0
class Number(int):
    def __mul__(self, other):
        return self
    def __floordiv__(self, other):
        return Price(0)
while True:
    math.factorial(Number(1500))
