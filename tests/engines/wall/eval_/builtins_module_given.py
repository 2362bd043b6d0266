# escape: builtins of the guest's own
# expect: value 1
escaped = eval("len", {"__builtins__": {"len": 1}})
escaped
