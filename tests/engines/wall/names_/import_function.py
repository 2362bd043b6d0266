# escape: the import function
# expect: HC103
__import__
