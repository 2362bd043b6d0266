# refused: HC105
import math

try:
    math.pi = 3
except AttributeError:
    print("no")
