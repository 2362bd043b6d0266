from array import array, typecodes

numbers = array("i", [3, 1, 2])
numbers.append(5)
numbers.extend([7, 8])
numbers.insert(0, 9)
print(numbers, numbers.typecode, numbers.itemsize, len(numbers), numbers[1:3], 7 in numbers, numbers.index(2), numbers.count(1))
print(numbers.pop(), numbers.tolist(), numbers.tobytes()[:8], sorted(numbers), list(reversed(numbers)))
numbers.remove(9)
numbers.reverse()
numbers[0] = 70
del numbers[1]
print(numbers, numbers == array("i", numbers), numbers + array("i", [1]), numbers * 2)
copied = array("d")
copied.frombytes(array("d", [1.5, 2.5]).tobytes())
copied.fromlist([3.5])
copied.byteswap()
copied.byteswap()
print(copied, typecodes, array("h", [1, -1]).tolist(), bytes(array("B", [1, 2])))
array("b", [300])
