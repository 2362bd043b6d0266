# escape: a forged tool in evaluated text
# expect: HC104
exec("search = 1")
