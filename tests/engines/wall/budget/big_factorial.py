# escape: a number that cannot be paid
# expect: limit ops
import math
math.factorial(10 ** 8)
