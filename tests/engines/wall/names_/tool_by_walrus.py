# escape: a forged tool
# expect: HC104
[search := 1]
