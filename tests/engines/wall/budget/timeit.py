# escape: a loop past the budget in the library
# expect: limit ops
import timeit
timeit.timeit(lambda: None, number=10 ** 9)
