e = "before"
try:
    raise ValueError("x")
except ValueError as e:
    inside = str(e)
print(inside)
e
