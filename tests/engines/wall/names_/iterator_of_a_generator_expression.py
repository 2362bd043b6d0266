# escape: the iterator that counts operations
# expect: value False
found = next(locals() for _ in [1, 2, 3])
escaped = any(name[:1] == "." for name in found)
escaped
