# escape: a forged tool in other letters
# expect: HC104
ｓearch = 1
