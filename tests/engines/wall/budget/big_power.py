# escape: a number that cannot be paid
# expect: limit ops
10 ** 10 ** 8
