# escape: a tool as a type parameter
# expect: HC104
# min-python: 3.12
def f[search](x):
    pass
