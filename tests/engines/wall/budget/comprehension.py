# escape: a loop past the budget in a comprehension
# expect: limit ops
import itertools
[0 for _ in itertools.count()]
