# escape: the real directory in an error
# expect: value ("[Errno 2] No such file or directory: 'missing.txt'", 'missing.txt')
try:
    open("missing.txt")
except FileNotFoundError as e:
    escaped = (str(e), e.filename)
escaped
