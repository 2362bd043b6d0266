try:
    {"a": 1}["b c"]
except KeyError as e:
    r = (str(e), f"{e}", e.args)
r
