# escape: the table of builtins, in what CPython 3.12 calls the variables of a comprehension that it inlines
# expect: value None
found = [locals() for x in [1]][0]
escaped = "__builtins__" in found and found["__builtins__"][".type"]
found.get("__builtins__")
