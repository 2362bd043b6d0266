# escape: a number that cannot be paid
# expect: limit ops
1 << 10 ** 12
