# escape: a descriptor from a function of the guest's own
# expect: HC402
escaped = open("x", opener=lambda path, flags: 0)
