# escape: the file layer of the host
# expect: HC101
escaped = open.__self__
