def f(x):
    match x:
        case {"type": "circle", "r": r}: return ("circle", r)
        case {"type": t, **rest}: return (t, rest)
        case {}: return "mapping"
        case _: return "no"
[f(x) for x in ({"type": "circle", "r": 2, "x": 0}, {"type": "sq", "w": 1}, {}, {"a": 1}, [1])]
