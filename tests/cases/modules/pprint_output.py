from pprint import pprint, pformat
pprint({"b": list(range(3)), "a": {"x": "y" * 30, "z": "w" * 40}})
pformat([1, (2,)])
