# escape: a loop past the budget
# expect: limit ops
while True:
    pass
