def f():
    import json
    return json.dumps({"b": [1, None, True], "a": 1.5}, sort_keys=True)
f()
