import operator
operator.mul('a', 3), operator.pow(2, 5), operator.mod('%03d', 7)
