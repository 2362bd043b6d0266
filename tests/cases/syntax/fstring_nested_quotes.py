# min-python: 3.12
d = {"k": "v"}
f"{d["k"]} {f"{1 + 1}"}"
