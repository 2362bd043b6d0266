def f(x):
    match x:
        case []: return "empty"
        case [a]: return ("one", a)
        case (a, b): return ("two", a, b)
        case [1, *rest, 9]: return ("ends", rest)
        case [first, *_]: return ("many", first)
        case _: return "no"
[f(x) for x in ([], [5], (1, 2), [1, 2, 3, 9], [7, 8, 9, 10], "ab", {1, 2}, range(2), b"ab")]
